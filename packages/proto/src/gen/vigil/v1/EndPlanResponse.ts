// Original file: proto/vigil/v1/plan.proto


export interface EndPlanResponse {
  'state'?: (string);
}

export interface EndPlanResponse__Output {
  'state': (string);
}
