// Original file: proto/vigil/v1/verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyStreamRequest {
  'after'?: (number | string | Long);
  'upTo'?: (number | string | Long);
}

export interface VerifyStreamRequest__Output {
  'after': (string);
  'upTo': (string);
}
