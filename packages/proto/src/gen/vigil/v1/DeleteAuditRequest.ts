// Original file: proto/vigil/v1/edit.proto


export interface DeleteAuditRequest {
  'editId'?: (string);
  'ident'?: (string);
}

export interface DeleteAuditRequest__Output {
  'editId': (string);
  'ident': (string);
}
