// Original file: proto/vigil/v1/edit.proto


export interface StartActionPlanRequest {
  'editId'?: (string);
  'uuid'?: (string);
}

export interface StartActionPlanRequest__Output {
  'editId': (string);
  'uuid': (string);
}
