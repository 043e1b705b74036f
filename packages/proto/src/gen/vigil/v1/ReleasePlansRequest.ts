// Original file: proto/vigil/v1/plan.proto

import type { PlanLeaseRef as _vigil_v1_PlanLeaseRef, PlanLeaseRef__Output as _vigil_v1_PlanLeaseRef__Output } from '../../vigil/v1/PlanLeaseRef.ts';

export interface ReleasePlansRequest {
  'applierId'?: (string);
  'leases'?: (_vigil_v1_PlanLeaseRef)[];
}

export interface ReleasePlansRequest__Output {
  'applierId': (string);
  'leases': (_vigil_v1_PlanLeaseRef__Output)[];
}
