// Original file: proto/vigil/v1/run.proto

import type { PlannedSolution as _vigil_v1_PlannedSolution, PlannedSolution__Output as _vigil_v1_PlannedSolution__Output } from '../../vigil/v1/PlannedSolution.ts';
import type { RunFailure as _vigil_v1_RunFailure, RunFailure__Output as _vigil_v1_RunFailure__Output } from '../../vigil/v1/RunFailure.ts';
import type { Long } from '@grpc/proto-loader';

export interface CompleteRequest {
  'workerId'?: (string);
  'runId'?: (string);
  'token'?: (number | string | Long);
  'plan'?: (_vigil_v1_PlannedSolution | null);
  'failure'?: (_vigil_v1_RunFailure | null);
  'result'?: "plan"|"failure";
}

export interface CompleteRequest__Output {
  'workerId': (string);
  'runId': (string);
  'token': (string);
  'plan'?: (_vigil_v1_PlannedSolution__Output | null);
  'failure'?: (_vigil_v1_RunFailure__Output | null);
  'result'?: "plan"|"failure";
}
