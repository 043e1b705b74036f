import { AVERAGE_SCORER, MAX_SCORER, MIN_SCORER } from "./list-scorers.ts";
import type { ScoringEngine } from "./scoring-engine.ts";
import { WORKLOAD_SCORER } from "./workload-scorer.ts";

/** Every scoring engine there is, in Watcher's order. */
export const SCORING_ENGINES: readonly ScoringEngine[] = [
  WORKLOAD_SCORER,
  MIN_SCORER,
  MAX_SCORER,
  AVERAGE_SCORER,
];
