/**
 * Intervals of CONTINUOUS audits: a whole number of seconds as text, or a cron expression of 5 or 6 fields as
 * croniter reads them, the sixth being seconds; all in UTC (rest-api 6.3, row 2).
 */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { nextCronMs, readCron } from "./cron.ts";

/** Seconds; 68 years. Beyond it no schedule is meant, and a clock in milliseconds stays exact. */
const INTERVAL_SECONDS_MAX = 2_147_483_647;

/** Characters; the width of the column (rest-api 10). */
const INTERVAL_LENGTH_MAX = 36;

/** A pattern that has no time within the years after this one never has: 2000 was a leap year, as few centuries are. */
const SOME_TIME_MS = Date.UTC(2000, 0, 1);

/** seconds: 1 to INTERVAL_SECONDS_MAX. cron: croner's form, seconds first. */
export type Interval = { seconds: number } | { cron: string };

/** @throws VigilError invalid-input for anything that is neither, and for a cron expression whose time never comes */
export function readInterval(text: string): Interval {
  const interval = text.length > INTERVAL_LENGTH_MAX ? undefined : parse(text);
  if (interval !== undefined) return interval;
  throw new VigilError("invalid-input", `Expected an interval or cron syntax but received ${clip(text)}`);
}

function parse(text: string): Interval | undefined {
  if (/^(?:0|[1-9]\d*)$/.test(text)) {
    const seconds = Number(text);
    return seconds >= 1 && seconds <= INTERVAL_SECONDS_MAX ? { seconds } : undefined;
  }
  const cron = readCron(text);
  return cron === undefined || nextCronMs(cron, SOME_TIME_MS) === undefined ? undefined : { cron };
}

/**
 * When an audit runs next, in whole seconds, never earlier than the interval says.
 * @param afterMs milliseconds since 1970, UTC: the end of a run, or now
 */
export function nextRunMs(interval: Interval, afterMs: number): number {
  if ("seconds" in interval) return Math.ceil(afterMs / 1_000 + interval.seconds) * 1_000;
  const next = nextCronMs(interval.cron, afterMs);
  if (next !== undefined) return next;
  throw new VigilError(
    "invalid-input",
    `No time of the cron expression ${interval.cron} comes after the given one`,
  );
}
