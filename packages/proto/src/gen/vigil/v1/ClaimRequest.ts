// Original file: proto/vigil/v1/run.proto


export interface ClaimRequest {
  'workerId'?: (string);
  'maxRuns'?: (number);
  'claimId'?: (string);
}

export interface ClaimRequest__Output {
  'workerId': (string);
  'maxRuns': (number);
  'claimId': (string);
}
