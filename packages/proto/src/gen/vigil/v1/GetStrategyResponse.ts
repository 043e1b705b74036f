// Original file: proto/vigil/v1/record.proto

import type { Strategy as _vigil_v1_Strategy, Strategy__Output as _vigil_v1_Strategy__Output } from '../../vigil/v1/Strategy.ts';

export interface GetStrategyResponse {
  'strategy'?: (_vigil_v1_Strategy | null);
}

export interface GetStrategyResponse__Output {
  'strategy': (_vigil_v1_Strategy__Output | null);
}
