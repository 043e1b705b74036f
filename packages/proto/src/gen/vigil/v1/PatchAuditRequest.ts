// Original file: proto/vigil/v1/edit.proto


export interface PatchAuditRequest {
  'editId'?: (string);
  'ident'?: (string);
  'patchJson'?: (string);
}

export interface PatchAuditRequest__Output {
  'editId': (string);
  'ident': (string);
  'patchJson': (string);
}
