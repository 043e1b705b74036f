// Original file: proto/vigil/v1/record.proto


export interface GetAuditTemplateRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetAuditTemplateRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
