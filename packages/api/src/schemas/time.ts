/**
 * Times that clients send: ISO 8601 with `T` or a space, optional minutes, seconds, fraction
 * and offset (rest-api 1.11). A time without an offset is local to the server, as in Watcher; client and server
 * are expected to share TZ.
 */

import { fieldRefusal } from "./bind.ts";

const TIME =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

const MINUTE_MS = 60_000;

/** The last second that four digits of a year can name; an offset may lead beyond it. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Digits of the fraction that are kept: microseconds, as PostgreSQL and Python have them. */
const FRACTION_DIGITS = 6;

/**
 * The instant as `2027-01-01T08:00:00.000000+00:00`, or undefined when the text is no time or names a
 * day that does not exist. Digits below the microsecond are cut.
 */
export function readTime(text: string): string | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", offset] = match;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = offset === undefined ? localInstant(parts) : offsetInstant(parts, offset);
  if (ms === undefined || ms > LATEST_MS) return undefined;
  const micros = fraction.slice(0, FRACTION_DIGITS).padEnd(FRACTION_DIGITS, "0");
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}+00:00`;
}

/**
 * The same for a member that has to be a time.
 *
 * @throws VigilError invalid-input
 */
export function readInstant(member: string, text: string): string {
  const instant = readTime(text);
  if (instant !== undefined) return instant;
  throw fieldRefusal(member, text, "Expected an ISO 8601 time such as 2027-01-01T08:00:00Z");
}

type Parts = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

function localInstant(parts: Parts): number | undefined {
  const [year, month, day, hour, minute, second] = parts;
  const utc = utcInstant(parts);
  if (utc === undefined) return undefined;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

function offsetInstant(parts: Parts, offset: string): number | undefined {
  const utc = utcInstant(parts);
  if (utc === undefined) return undefined;
  if (/^z$/i.test(offset)) return utc;
  const digits = offset.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || "0");
  return utc - (offset.startsWith("-") ? -1 : 1) * minutes * MINUTE_MS;
}

/** The parts read as UTC; undefined when Date had to move one of them (30 February, minute 61). */
function utcInstant([year, month, day, hour, minute, second]: Parts): number | undefined {
  if (year < 100) return undefined; // Date takes such years for 1900 and later
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const kept =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return kept ? ms : undefined;
}
