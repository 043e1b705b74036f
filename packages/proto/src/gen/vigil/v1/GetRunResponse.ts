// Original file: proto/vigil/v1/record.proto

import type { Run as _vigil_v1_Run, Run__Output as _vigil_v1_Run__Output } from '../../vigil/v1/Run.ts';

export interface GetRunResponse {
  'run'?: (_vigil_v1_Run | null);
}

export interface GetRunResponse__Output {
  'run': (_vigil_v1_Run__Output | null);
}
