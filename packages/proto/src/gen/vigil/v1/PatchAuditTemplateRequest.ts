// Original file: proto/vigil/v1/edit.proto


export interface PatchAuditTemplateRequest {
  'editId'?: (string);
  'ident'?: (string);
  'patchJson'?: (string);
}

export interface PatchAuditTemplateRequest__Output {
  'editId': (string);
  'ident': (string);
  'patchJson': (string);
}
