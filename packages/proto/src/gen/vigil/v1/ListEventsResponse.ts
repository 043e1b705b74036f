// Original file: proto/vigil/v1/record.proto

import type { LedgerEvent as _vigil_v1_LedgerEvent, LedgerEvent__Output as _vigil_v1_LedgerEvent__Output } from '../../vigil/v1/LedgerEvent.ts';

export interface ListEventsResponse {
  'events'?: (_vigil_v1_LedgerEvent)[];
}

export interface ListEventsResponse__Output {
  'events': (_vigil_v1_LedgerEvent__Output)[];
}
