// Original file: proto/vigil/v1/record.proto

import type { ScoringEngine as _vigil_v1_ScoringEngine, ScoringEngine__Output as _vigil_v1_ScoringEngine__Output } from '../../vigil/v1/ScoringEngine.ts';

export interface GetScoringEngineResponse {
  'scoringEngine'?: (_vigil_v1_ScoringEngine | null);
}

export interface GetScoringEngineResponse__Output {
  'scoringEngine': (_vigil_v1_ScoringEngine__Output | null);
}
