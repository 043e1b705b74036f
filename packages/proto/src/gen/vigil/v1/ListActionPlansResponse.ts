// Original file: proto/vigil/v1/record.proto

import type { ActionPlan as _vigil_v1_ActionPlan, ActionPlan__Output as _vigil_v1_ActionPlan__Output } from '../../vigil/v1/ActionPlan.ts';

export interface ListActionPlansResponse {
  'actionPlans'?: (_vigil_v1_ActionPlan)[];
}

export interface ListActionPlansResponse__Output {
  'actionPlans': (_vigil_v1_ActionPlan__Output)[];
}
