// Original file: proto/vigil/v1/edit.proto


export interface PatchActionRequest {
  'editId'?: (string);
  'ident'?: (string);
  'patchJson'?: (string);
}

export interface PatchActionRequest__Output {
  'editId': (string);
  'ident': (string);
  'patchJson': (string);
}
