// Original file: proto/vigil/v1/run.proto

import type { Long } from '@grpc/proto-loader';

export interface LeaseRef {
  'runId'?: (string);
  'token'?: (number | string | Long);
}

export interface LeaseRef__Output {
  'runId': (string);
  'token': (string);
}
