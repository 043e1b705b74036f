// Original file: proto/vigil/v1/record.proto


export interface GetActionRequest {
  'uuid'?: (string);
  'showDeleted'?: (boolean);
}

export interface GetActionRequest__Output {
  'uuid': (string);
  'showDeleted': (boolean);
}
