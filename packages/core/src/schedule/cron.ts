/**
 * Cron expressions as croniter reads them, written anew for croner, which finds the times. The two differ in more
 * than croner's options can bridge: croniter has the seconds last, ranges that wrap (`22-2`), steps from a value
 * (`5/15`), `l5` for the last Friday, and a `?` that means any (in croner, the time of the call). So each field becomes
 * `*` or a list of plain values.
 */

import { Cron } from "croner";

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface CronField {
  min: number;
  max: number;
  /** A value beyond `max` that stands for `min`: Sunday is 0 and 7. */
  alias?: number;
  /** Words for values, counted from `min`. */
  words?: readonly string[];
  /** `?` is allowed for "any", as in both day fields. */
  question?: boolean;
  /** What only this field has, as croner writes it. */
  special?: (element: string) => string | undefined;
}

const FIELDS: readonly CronField[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, question: true, special: (element) => (element === "l" ? "L" : undefined) },
  { min: 1, max: 12, words: MONTHS },
  { min: 0, max: 6, alias: 7, words: WEEKDAYS, question: true, special: weekdayOfMonth },
  { min: 0, max: 59 },
];

const WEEKDAY_FIELD = 4;
const SECONDS_FIELD = 5;

/**
 * The expression in croner's form, seconds first.
 * @returns undefined when it is none that croniter would take
 */
export function readCron(text: string): string | undefined {
  const expression = text.trim().toLowerCase();
  const parts = (ALIASES.get(expression) ?? expression).split(/\s+/);
  if (parts.length !== SECONDS_FIELD && parts.length !== FIELDS.length) return undefined;
  const fields: string[] = [];
  for (const [index, part] of parts.entries()) {
    const field = readField(part, FIELDS[index]!);
    if (field === undefined) return undefined;
    fields.push(field);
  }
  if (mixesWeekdays(fields[WEEKDAY_FIELD]!)) return undefined;
  const [seconds = "0"] = fields.splice(SECONDS_FIELD);
  return [seconds, ...fields].join(" ");
}

/**
 * @param pattern what `readCron` returned
 * @param afterMs milliseconds since 1970, UTC
 * @returns the first time of the pattern after that, in whole seconds; undefined: there is none (30 February)
 */
export function nextCronMs(pattern: string, afterMs: number): number | undefined {
  const cron = new Cron(pattern, { mode: "6-part", utcOffset: 0, paused: true });
  return cron.nextRun(new Date(afterMs))?.getTime();
}

/** `*`, or values with commas between them. */
function readField(part: string, field: CronField): string | undefined {
  const values = new Set<string>();
  let isAny = false;
  for (const element of part.split(",")) {
    if (element === "*" || (element === "?" && field.question === true)) isAny = true;
    const found = readElement(element, field);
    if (found === undefined) return undefined;
    for (const value of found) values.add(value);
  }
  return isAny ? "*" : [...values].join(",");
}

/** `*`, a value, a range that may wrap, each with an optional step; or what is special to the field. */
function readElement(element: string, field: CronField): string[] | undefined {
  const special = field.special?.(element);
  if (special !== undefined) return [special];
  const [base = "", stepText, ...rest] = element.split("/");
  if (rest.length > 0 || (stepText !== undefined && !/^\d{1,9}$/.test(stepText))) return undefined;
  const step = stepText === undefined ? 1 : Number(stepText);
  const range = readRange(base, field, stepText !== undefined);
  if (range === undefined || step < 1) return undefined;
  const values: string[] = [];
  for (let at = 0; at < range.length; at += step)
    values.push(String(field.min + ((range.from + at) % sizeOf(field))));
  return values;
}

/** Distance of the first value from the field's least, and how many values there are, round the field's end. */
function readRange(
  base: string,
  field: CronField,
  hasStep: boolean,
): { from: number; length: number } | undefined {
  const size = sizeOf(field);
  if (base === "*" || (base === "?" && field.question === true)) return { from: 0, length: size };
  const ends = base.split("-").map((end) => readValue(end, field));
  const [from, to] = ends;
  if (ends.length > 2 || ends.includes(undefined) || from === undefined) return undefined;
  // With a step but no end, a value runs up to the field's end.
  if (to === undefined) return { from: from % size, length: hasStep ? size - (from % size) : 1 };
  return to >= from
    ? { from, length: Math.min(to - from + 1, size) }
    : { from, length: to - from + 1 + size };
}

/** Distance from the field's least value. */
function readValue(text: string, field: CronField): number | undefined {
  const word = field.words?.indexOf(text) ?? -1;
  if (word >= 0) return word;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= (field.alias ?? field.max) ? value - field.min : undefined;
}

function sizeOf(field: CronField): number {
  return field.max - field.min + 1;
}

/** `l5` and `fri#2`: the last and the second Friday of the month. */
function weekdayOfMonth(element: string): string | undefined {
  const last = /^l([0-7])$/.exec(element);
  if (last !== null) return `${Number(last[1]) % WEEKDAYS.length}#L`;
  const nth = /^([0-7]|[a-z]{3})#([1-5])$/.exec(element);
  if (nth === null) return undefined;
  const day = WEEKDAYS.includes(nth[1]!) ? WEEKDAYS.indexOf(nth[1]!) : Number(nth[1]) % WEEKDAYS.length;
  return Number.isNaN(day) ? undefined : `${day}#${nth[2]}`;
}

/** croniter refuses Fridays beside the second Friday. */
function mixesWeekdays(field: string): boolean {
  const special = field.split(",").filter((value) => value.includes("#")).length;
  return special > 0 && special < field.split(",").length;
}
