// Original file: proto/vigil/v1/edit.proto


export interface ReplayDeadLetterRequest {
  'editId'?: (string);
  'uuid'?: (string);
  'userId'?: (string);
}

export interface ReplayDeadLetterRequest__Output {
  'editId': (string);
  'uuid': (string);
  'userId': (string);
}
