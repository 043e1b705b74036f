// Original file: proto/vigil/v1/record.proto


export interface GetServiceRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetServiceRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
