// Original file: proto/vigil/v1/run.proto


export interface PlannedAction {
  'actionType'?: (string);
  'inputParametersJson'?: (string);
  'parents'?: (number)[];
}

export interface PlannedAction__Output {
  'actionType': (string);
  'inputParametersJson': (string);
  'parents': (number)[];
}
