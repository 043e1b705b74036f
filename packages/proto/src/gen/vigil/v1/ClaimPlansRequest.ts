// Original file: proto/vigil/v1/plan.proto


export interface ClaimPlansRequest {
  'applierId'?: (string);
  'maxPlans'?: (number);
}

export interface ClaimPlansRequest__Output {
  'applierId': (string);
  'maxPlans': (number);
}
