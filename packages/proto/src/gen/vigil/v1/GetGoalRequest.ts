// Original file: proto/vigil/v1/record.proto


export interface GetGoalRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetGoalRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
