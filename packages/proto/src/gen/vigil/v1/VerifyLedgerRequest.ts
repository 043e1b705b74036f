// Original file: proto/vigil/v1/verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyLedgerRequest {
  'part'?: (string);
  'after'?: (number | string | Long);
  'upTo'?: (number | string | Long);
}

export interface VerifyLedgerRequest__Output {
  'part': (string);
  'after': (string);
  'upTo': (string);
}
