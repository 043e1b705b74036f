// Original file: proto/vigil/v1/run.proto


export interface RunFailure {
  'kind'?: (string);
  'message'?: (string);
  'retryable'?: (boolean);
  'endedThread'?: (boolean);
  'modelMissing'?: (boolean);
}

export interface RunFailure__Output {
  'kind': (string);
  'message': (string);
  'retryable': (boolean);
  'endedThread': (boolean);
  'modelMissing': (boolean);
}
