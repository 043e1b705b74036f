// Original file: proto/vigil/v1/run.proto


export interface CompleteResponse {
  'outcome'?: (string);
  'actionPlanUuid'?: (string);
}

export interface CompleteResponse__Output {
  'outcome': (string);
  'actionPlanUuid': (string);
}
