// Original file: proto/vigil/v1/record.proto

import type { Goal as _vigil_v1_Goal, Goal__Output as _vigil_v1_Goal__Output } from '../../vigil/v1/Goal.ts';

export interface ListGoalsResponse {
  'goals'?: (_vigil_v1_Goal)[];
}

export interface ListGoalsResponse__Output {
  'goals': (_vigil_v1_Goal__Output)[];
}
