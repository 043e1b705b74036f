// Original file: proto/vigil/v1/record.proto


export interface GetDeadLetterRequest {
  'uuid'?: (string);
}

export interface GetDeadLetterRequest__Output {
  'uuid': (string);
}
