// Original file: proto/vigil/v1/plan.proto


export interface BeginActionResponse {
  'verdict'?: (string);
  'state'?: (string);
}

export interface BeginActionResponse__Output {
  'verdict': (string);
  'state': (string);
}
