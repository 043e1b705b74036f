// Original file: proto/vigil/v1/record.proto


export interface GetScoringEngineRequest {
  'ident'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetScoringEngineRequest__Output {
  'ident': (string);
  'showDeleted': (boolean);
}
