// Original file: proto/vigil/v1/record.proto

import type { LedgerEvent as _vigil_v1_LedgerEvent, LedgerEvent__Output as _vigil_v1_LedgerEvent__Output } from '../../vigil/v1/LedgerEvent.ts';

export interface GetEventResponse {
  'event'?: (_vigil_v1_LedgerEvent | null);
}

export interface GetEventResponse__Output {
  'event': (_vigil_v1_LedgerEvent__Output | null);
}
