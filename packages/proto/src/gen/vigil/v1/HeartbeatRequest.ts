// Original file: proto/vigil/v1/run.proto

import type { LeaseRef as _vigil_v1_LeaseRef, LeaseRef__Output as _vigil_v1_LeaseRef__Output } from '../../vigil/v1/LeaseRef.ts';

export interface HeartbeatRequest {
  'workerId'?: (string);
  'leases'?: (_vigil_v1_LeaseRef)[];
}

export interface HeartbeatRequest__Output {
  'workerId': (string);
  'leases': (_vigil_v1_LeaseRef__Output)[];
}
