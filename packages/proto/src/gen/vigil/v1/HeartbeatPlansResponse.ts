// Original file: proto/vigil/v1/plan.proto


export interface HeartbeatPlansResponse {
  'lostPlanUuids'?: (string)[];
  'cancellingPlanUuids'?: (string)[];
  'unmovedPlanUuids'?: (string)[];
}

export interface HeartbeatPlansResponse__Output {
  'lostPlanUuids': (string)[];
  'cancellingPlanUuids': (string)[];
  'unmovedPlanUuids': (string)[];
}
