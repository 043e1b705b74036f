// Original file: proto/vigil/v1/run.proto


export interface EfficacyIndicator {
  'name'?: (string);
  'description'?: (string);
  'unit'?: (string);
  'value'?: (number | string);
  '_unit'?: "unit";
}

export interface EfficacyIndicator__Output {
  'name': (string);
  'description': (string);
  'unit'?: (string);
  'value': (number);
  '_unit'?: "unit";
}
