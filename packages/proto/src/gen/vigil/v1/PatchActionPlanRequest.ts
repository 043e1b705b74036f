// Original file: proto/vigil/v1/edit.proto


export interface PatchActionPlanRequest {
  'editId'?: (string);
  'ident'?: (string);
  'patchJson'?: (string);
}

export interface PatchActionPlanRequest__Output {
  'editId': (string);
  'ident': (string);
  'patchJson': (string);
}
