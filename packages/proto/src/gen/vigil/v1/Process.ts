// Original file: proto/vigil/v1/system.proto

import type { Long } from '@grpc/proto-loader';

export interface Process {
  'role'?: (string);
  'instance'?: (string);
  'host'?: (string);
  'version'?: (string);
  'startedAt'?: (string);
  'silentMs'?: (number | string | Long);
  'clockAheadMs'?: (number | string | Long);
  'factsJson'?: (string);
}

export interface Process__Output {
  'role': (string);
  'instance': (string);
  'host': (string);
  'version': (string);
  'startedAt': (string);
  'silentMs': (string);
  'clockAheadMs': (string);
  'factsJson': (string);
}
