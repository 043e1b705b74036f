// Original file: proto/vigil/v1/verify.proto

import type { Finding as _vigil_v1_Finding, Finding__Output as _vigil_v1_Finding__Output } from '../../vigil/v1/Finding.ts';
import type { Long } from '@grpc/proto-loader';

export interface VerifyLedgerResponse {
  'rows'?: (number);
  'nextAfter'?: (number | string | Long);
  'upTo'?: (number | string | Long);
  'counts'?: ({[key: string]: number});
  'findings'?: (_vigil_v1_Finding)[];
}

export interface VerifyLedgerResponse__Output {
  'rows': (number);
  'nextAfter': (string);
  'upTo': (string);
  'counts': ({[key: string]: number});
  'findings': (_vigil_v1_Finding__Output)[];
}
