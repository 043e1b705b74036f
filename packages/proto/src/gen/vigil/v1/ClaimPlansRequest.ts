// Original file: proto/vigil/v1/plan.proto


export interface ClaimPlansRequest {
  'applierId'?: (string);
  'maxPlans'?: (number);
  'claimId'?: (string);
}

export interface ClaimPlansRequest__Output {
  'applierId': (string);
  'maxPlans': (number);
  'claimId': (string);
}
