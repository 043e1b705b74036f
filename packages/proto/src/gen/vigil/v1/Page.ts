// Original file: proto/vigil/v1/record.proto


export interface Page {
  'limit'?: (number);
  'marker'?: (string);
  'sortKey'?: (string);
  'sortDir'?: (string);
  'showDeleted'?: (boolean);
}

export interface Page__Output {
  'limit': (number);
  'marker': (string);
  'sortKey': (string);
  'sortDir': (string);
  'showDeleted': (boolean);
}
