// Original file: proto/vigil/v1/edit.proto


export interface DeleteAuditTemplateRequest {
  'editId'?: (string);
  'ident'?: (string);
}

export interface DeleteAuditTemplateRequest__Output {
  'editId': (string);
  'ident': (string);
}
