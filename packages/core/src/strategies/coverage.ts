/**
 * Coverage: how much of what a strategy decides by was measured. A missing sample is never 0 and never
 * 100 %; with too many missing, the picture of the cloud is a guess and the plan would be one too.
 */
import type { JsonObject } from "../json.ts";
import type { Options } from "../options/options.ts";

export interface Coverage {
  /** Values that the strategy reads, over nodes taking part and their mapped instances. */
  wanted: number;
  present: number;
}

/** 0..1; nothing to measure is covered. */
function coverageRatio({ wanted, present }: Coverage): number {
  return wanted === 0 ? 1 : present / wanted;
}

/** With `strategyParity` nothing is required, as in the reference. */
export function isCovered(coverage: Coverage, options: Options): boolean {
  return options.strategyParity || coverageRatio(coverage) >= options.requiredCoverage;
}

export function coverageJson(coverage: Coverage, options: Options): JsonObject {
  return { ...coverage, ratio: coverageRatio(coverage), required: options.requiredCoverage };
}
