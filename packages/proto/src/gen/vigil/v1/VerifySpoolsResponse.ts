// Original file: proto/vigil/v1/verify.proto

import type { EdgeSpool as _vigil_v1_EdgeSpool, EdgeSpool__Output as _vigil_v1_EdgeSpool__Output } from '../../vigil/v1/EdgeSpool.ts';

export interface VerifySpoolsResponse {
  'spools'?: (_vigil_v1_EdgeSpool)[];
}

export interface VerifySpoolsResponse__Output {
  'spools': (_vigil_v1_EdgeSpool__Output)[];
}
