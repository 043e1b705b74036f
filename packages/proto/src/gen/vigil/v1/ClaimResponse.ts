// Original file: proto/vigil/v1/run.proto

import type { Lease as _vigil_v1_Lease, Lease__Output as _vigil_v1_Lease__Output } from '../../vigil/v1/Lease.ts';

export interface ClaimResponse {
  'leases'?: (_vigil_v1_Lease)[];
}

export interface ClaimResponse__Output {
  'leases': (_vigil_v1_Lease__Output)[];
}
