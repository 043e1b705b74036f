// Original file: proto/vigil/v1/edit.proto


export interface DropDeadLetterRequest {
  'editId'?: (string);
  'uuid'?: (string);
  'userId'?: (string);
}

export interface DropDeadLetterRequest__Output {
  'editId': (string);
  'uuid': (string);
  'userId': (string);
}
