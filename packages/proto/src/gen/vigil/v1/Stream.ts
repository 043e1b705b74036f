// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface Stream {
  'name'?: (string);
  'messages'?: (number | string | Long);
  'bytes'?: (number | string | Long);
  'bytesMax'?: (number | string | Long);
  'replicas'?: (number);
  'replicasCurrent'?: (number);
}

export interface Stream__Output {
  'name': (string);
  'messages': (string);
  'bytes': (string);
  'bytesMax': (string);
  'replicas': (number);
  'replicasCurrent': (number);
}
