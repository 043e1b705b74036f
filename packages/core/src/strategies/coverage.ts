/**
 * Coverage: how much of what a strategy decides by was measured. A missing sample is never 0 and never
 * 100 %; with too many missing, the picture of the cloud is a guess and the plan would be one too.
 */
import type { JsonObject } from "../json.ts";

/** Share of samples below which a strategy plans nothing. */
export const REQUIRED_COVERAGE_RATIO = 0.8;

export interface Coverage {
  /** Values that the strategy reads, over nodes taking part and their mapped instances. */
  wanted: number;
  present: number;
}

/** 0..1; nothing to measure is covered. */
function coverageRatio({ wanted, present }: Coverage): number {
  return wanted === 0 ? 1 : present / wanted;
}

export function isCovered(coverage: Coverage): boolean {
  return coverageRatio(coverage) >= REQUIRED_COVERAGE_RATIO;
}

export function coverageJson(coverage: Coverage): JsonObject {
  return { ...coverage, ratio: coverageRatio(coverage), required: REQUIRED_COVERAGE_RATIO };
}
