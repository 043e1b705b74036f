// Original file: proto/vigil/v1/plan.proto

import type { PlanLease as _vigil_v1_PlanLease, PlanLease__Output as _vigil_v1_PlanLease__Output } from '../../vigil/v1/PlanLease.ts';

export interface ClaimPlansResponse {
  'plans'?: (_vigil_v1_PlanLease)[];
}

export interface ClaimPlansResponse__Output {
  'plans': (_vigil_v1_PlanLease__Output)[];
}
