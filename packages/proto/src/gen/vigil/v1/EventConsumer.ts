// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface EventConsumer {
  'pending'?: (number | string | Long);
  'ackPending'?: (number | string | Long);
  'redelivered'?: (number | string | Long);
}

export interface EventConsumer__Output {
  'pending': (string);
  'ackPending': (string);
  'redelivered': (string);
}
