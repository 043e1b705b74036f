// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface ReportProcessRequest {
  'role'?: (string);
  'instance'?: (string);
  'host'?: (string);
  'version'?: (string);
  'startedAt'?: (string);
  'clockAheadMs'?: (number | string | Long);
  'factsJson'?: (string);
  'isLast'?: (boolean);
}

export interface ReportProcessRequest__Output {
  'role': (string);
  'instance': (string);
  'host': (string);
  'version': (string);
  'startedAt': (string);
  'clockAheadMs': (string);
  'factsJson': (string);
  'isLast': (boolean);
}
