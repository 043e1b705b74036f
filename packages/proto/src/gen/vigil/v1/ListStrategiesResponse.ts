// Original file: proto/vigil/v1/record.proto

import type { Strategy as _vigil_v1_Strategy, Strategy__Output as _vigil_v1_Strategy__Output } from '../../vigil/v1/Strategy.ts';

export interface ListStrategiesResponse {
  'strategies'?: (_vigil_v1_Strategy)[];
}

export interface ListStrategiesResponse__Output {
  'strategies': (_vigil_v1_Strategy__Output)[];
}
