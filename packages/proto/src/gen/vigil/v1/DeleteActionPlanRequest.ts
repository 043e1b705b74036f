// Original file: proto/vigil/v1/edit.proto


export interface DeleteActionPlanRequest {
  'editId'?: (string);
  'ident'?: (string);
}

export interface DeleteActionPlanRequest__Output {
  'editId': (string);
  'ident': (string);
}
