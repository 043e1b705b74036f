// Original file: proto/vigil/v1/edit.proto


export interface ReplayEventRequest {
  'editId'?: (string);
  'eventId'?: (string);
  'userId'?: (string);
}

export interface ReplayEventRequest__Output {
  'editId': (string);
  'eventId': (string);
  'userId': (string);
}
