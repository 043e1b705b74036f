/** What a test says of its counts, and what must hold of them whatever was lost meanwhile. */

import { expect } from "vitest";
import type { Verdict } from "../chaos/checker.ts";
import type { Load } from "../chaos/load.ts";
import type { Verified } from "../chaos/own-verify.ts";

export interface Counted extends Verdict {
  verified: Verified;
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** No webhook of these loads failed; all that was acknowledged is completed or a dead letter, and nothing is doubled. */
export function expectNothingLost({ counts, contradictions, verified }: Counted, ...loads: Load[]): void {
  for (const { answers } of loads) expect(Object.fromEntries(answers)).toEqual({ 202: expect.any(Number) });
  expect(contradictions).toEqual([]);
  expect(verified, verified.output).toMatchObject({ status: 0 });
  expect(counts.completed + counts.deadLetters).toBe(counts.acknowledged);
  expect(counts.plans).toBeLessThanOrEqual(counts.runs);
}

export function countsText({ counts }: Counted, ...loads: Load[]): string {
  const sent = loads.flatMap(({ latenciesMs }) => latenciesMs);
  return (
    `webhooks ${sent.length} x 202 (${latencyText(sent)}); ` +
    `acknowledged ${counts.acknowledged} = completed ${counts.completed} + dead letters ${counts.deadLetters}; ` +
    `runs ${counts.runs}, plans ${counts.plans}, attempts ${counts.attempts}`
  );
}

export function latencyText(latenciesMs: readonly number[]): string {
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
