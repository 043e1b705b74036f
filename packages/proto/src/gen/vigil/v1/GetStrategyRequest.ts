// Original file: proto/vigil/v1/record.proto


export interface GetStrategyRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetStrategyRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
