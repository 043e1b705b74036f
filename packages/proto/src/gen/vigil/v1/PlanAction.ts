// Original file: proto/vigil/v1/plan.proto


export interface PlanAction {
  'uuid'?: (string);
  'actionType'?: (string);
  'inputParametersJson'?: (string);
  'parents'?: (number)[];
  'state'?: (string);
  'intentJson'?: (string);
}

export interface PlanAction__Output {
  'uuid': (string);
  'actionType': (string);
  'inputParametersJson': (string);
  'parents': (number)[];
  'state': (string);
  'intentJson': (string);
}
