// Original file: proto/vigil/v1/edit.proto

import type { LedgerEvent as _vigil_v1_LedgerEvent, LedgerEvent__Output as _vigil_v1_LedgerEvent__Output } from '../../vigil/v1/LedgerEvent.ts';

export interface ReplayEventResponse {
  'event'?: (_vigil_v1_LedgerEvent | null);
}

export interface ReplayEventResponse__Output {
  'event': (_vigil_v1_LedgerEvent__Output | null);
}
