// Original file: proto/vigil/v1/record.proto


export interface GetAuditRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetAuditRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
