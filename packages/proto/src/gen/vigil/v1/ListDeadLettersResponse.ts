// Original file: proto/vigil/v1/record.proto

import type { DeadLetter as _vigil_v1_DeadLetter, DeadLetter__Output as _vigil_v1_DeadLetter__Output } from '../../vigil/v1/DeadLetter.ts';

export interface ListDeadLettersResponse {
  'deadLetters'?: (_vigil_v1_DeadLetter)[];
}

export interface ListDeadLettersResponse__Output {
  'deadLetters': (_vigil_v1_DeadLetter__Output)[];
}
