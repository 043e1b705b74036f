// Original file: proto/vigil/v1/verify.proto

import type { Long } from '@grpc/proto-loader';

export interface EdgeSpool {
  'edge'?: (string);
  'records'?: (number | string | Long);
  'bytes'?: (number | string | Long);
  'oldestMs'?: (number | string | Long);
  'refused'?: (number | string | Long);
  'journaled'?: (number | string | Long);
  'recorded'?: (number);
  'version'?: (string);
  'clockAheadMs'?: (number | string | Long);
  'unreadable'?: (number | string | Long);
}

export interface EdgeSpool__Output {
  'edge': (string);
  'records': (string);
  'bytes': (string);
  'oldestMs': (string);
  'refused': (string);
  'journaled': (string);
  'recorded': (number);
  'version': (string);
  'clockAheadMs': (string);
  'unreadable': (string);
}
