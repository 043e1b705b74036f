/** Times in edits: the API has read what the client wrote, and only it knows what "local" means. */

/** ISO 8601 to the microsecond with an offset, as PostgreSQL takes it; four digits of a year, from 1000 on. */
const INSTANT =
  /^([1-9]\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

/** Whether the text names an instant, on a day that exists. */
export function isInstant(text: string): boolean {
  const match = INSTANT.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  // The day before the first of the next month.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
