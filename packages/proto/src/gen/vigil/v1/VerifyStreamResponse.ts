// Original file: proto/vigil/v1/verify.proto

import type { Finding as _vigil_v1_Finding, Finding__Output as _vigil_v1_Finding__Output } from '../../vigil/v1/Finding.ts';
import type { Long } from '@grpc/proto-loader';

export interface VerifyStreamResponse {
  'messages'?: (number);
  'nextAfter'?: (number | string | Long);
  'upTo'?: (number | string | Long);
  'waiting'?: (number | string | Long);
  'findings'?: (_vigil_v1_Finding)[];
  'stored'?: (number | string | Long);
  'outOfTurn'?: (number | string | Long);
}

export interface VerifyStreamResponse__Output {
  'messages': (number);
  'nextAfter': (string);
  'upTo': (string);
  'waiting': (string);
  'findings': (_vigil_v1_Finding__Output)[];
  'stored': (string);
  'outOfTurn': (string);
}
