import { durationText } from "../cli/units.ts";
import { doubt, type Finding } from "./finding.ts";

/** Tokens and windows bear more; times in logs that differ by more lead astray. Dates of answers have whole seconds. */
export const CLOCK_MS_MAX = 5_000;

/** @param aheadMs how far the other clock is ahead of this machine's */
export function clockFinding(whose: string, aheadMs: number): Finding[] {
  if (Math.abs(aheadMs) <= CLOCK_MS_MAX) return [];
  const seen = `the clock of ${whose} is ${durationText(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
  const wanted = `clocks that agree within ${durationText(CLOCK_MS_MAX)}`;
  return [doubt("clock-skew", seen, wanted, "run chrony (or another NTP client) on both: chronyc tracking")];
}

/** From the `Date` of an answer: whole seconds. */
export function dateFinding(whose: string, header: string | null, nowMs: number): Finding[] {
  const theirsMs = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(theirsMs) ? [] : clockFinding(whose, theirsMs + 500 - nowMs);
}
