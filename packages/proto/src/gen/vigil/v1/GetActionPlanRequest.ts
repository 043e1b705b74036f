// Original file: proto/vigil/v1/record.proto


export interface GetActionPlanRequest {
  'uuid'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetActionPlanRequest__Output {
  'uuid': (string);
  'showDeleted': (boolean);
}
