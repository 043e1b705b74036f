// Original file: proto/vigil/v1/edit.proto

import type { ActionPlan as _vigil_v1_ActionPlan, ActionPlan__Output as _vigil_v1_ActionPlan__Output } from '../../vigil/v1/ActionPlan.ts';

export interface StartActionPlanResponse {
  'actionPlan'?: (_vigil_v1_ActionPlan | null);
}

export interface StartActionPlanResponse__Output {
  'actionPlan': (_vigil_v1_ActionPlan__Output | null);
}
