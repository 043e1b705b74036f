// Original file: proto/vigil/v1/edit.proto

import type { DeadLetter as _vigil_v1_DeadLetter, DeadLetter__Output as _vigil_v1_DeadLetter__Output } from '../../vigil/v1/DeadLetter.ts';

export interface ReplayDeadLetterResponse {
  'deadLetter'?: (_vigil_v1_DeadLetter | null);
}

export interface ReplayDeadLetterResponse__Output {
  'deadLetter': (_vigil_v1_DeadLetter__Output | null);
}
