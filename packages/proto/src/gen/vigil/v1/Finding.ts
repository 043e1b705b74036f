// Original file: proto/vigil/v1/verify.proto


export interface Finding {
  'rule'?: (string);
  'what'?: (string);
  'count'?: (number);
  'ids'?: (string)[];
  'advice'?: (string);
}

export interface Finding__Output {
  'rule': (string);
  'what': (string);
  'count': (number);
  'ids': (string)[];
  'advice': (string);
}
