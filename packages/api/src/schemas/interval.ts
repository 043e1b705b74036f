/**
 * Intervals of audits: a whole number of seconds as text, or a cron expression of 5 or 6 fields as
 * croniter reads them, the sixth being seconds (rest-api 6.3, row 2). Only the form is checked here; when
 * a CONTINUOUS audit runs next is the business of who schedules it.
 */

/** Seconds; 68 years. Beyond it no schedule is meant, and a clock in milliseconds stays exact. */
export const INTERVAL_SECONDS_MAX = 2_147_483_647;

/** Characters; the width of the column (rest-api 10). */
export const INTERVAL_LENGTH_MAX = 36;

const ALIASES = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface CronField {
  min: number;
  max: number;
  /** Words for values, counted from `min`. */
  words?: readonly string[];
  /** `?` is allowed for "any", as in both day fields. */
  question?: boolean;
  /** Forms that only this field has. */
  special?: RegExp;
}

const CRON_FIELDS: readonly CronField[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31, question: true, special: /^l$/ },
  { min: 1, max: 12, words: MONTHS },
  // `l5` and `5#2`: the last and the second Friday of the month.
  { min: 0, max: 7, words: WEEKDAYS, question: true, special: /^(?:l[0-7]|(?:[0-7]|[a-z]{3})#[1-5])$/ },
  { min: 0, max: 59 },
];

/** Fields of an expression without seconds. */
const CRON_FIELDS_MIN = 5;

/** Whether the text is an interval: 1 to INTERVAL_SECONDS_MAX seconds, or a cron expression. */
export function isInterval(text: string): boolean {
  if (text.length > INTERVAL_LENGTH_MAX) return false;
  if (/^(?:0|[1-9]\d*)$/.test(text)) return Number(text) >= 1 && Number(text) <= INTERVAL_SECONDS_MAX;
  return isCron(text);
}

function isCron(text: string): boolean {
  const expression = text.trim().toLowerCase();
  if (ALIASES.includes(expression)) return true;
  const parts = expression.split(/\s+/);
  if (parts.length < CRON_FIELDS_MIN || parts.length > CRON_FIELDS.length) return false;
  return parts.every((part, index) => isCronField(part, CRON_FIELDS[index] as CronField));
}

function isCronField(part: string, field: CronField): boolean {
  return part.split(",").every((element) => isCronElement(element, field));
}

/** `*`, a value, a range (it may wrap: `22-2`), each with an optional step; or what is special to the field. */
function isCronElement(element: string, field: CronField): boolean {
  if (field.special?.test(element)) return true;
  const [base = "", step, ...rest] = element.split("/");
  if (rest.length > 0) return false;
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1)) return false;
  if (base === "*" || (base === "?" && field.question === true)) return true;
  const ends = base.split("-");
  return ends.length <= 2 && ends.every((end) => isCronValue(end, field));
}

function isCronValue(text: string, field: CronField): boolean {
  if (field.words?.includes(text)) return true;
  return /^\d{1,2}$/.test(text) && Number(text) >= field.min && Number(text) <= field.max;
}
