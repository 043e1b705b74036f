/**
 * How times look in answers (rest-api 1.11). Rows carry them as UTC with six fraction digits and an
 * offset, `2026-11-22T16:48:53.723951+00:00`; a fraction of zero is left out, as Python prints it.
 */

/** created_at, updated_at, deleted_at: with the offset. */
export function timestamp(time: string | undefined): string | null {
  return time === undefined ? null : withoutZeroFraction(time);
}

/** start_time, end_time, next_run_time: neither offset nor `Z`; clients compare them as text. */
export function plainTime(time: string | undefined): string | null {
  return time === undefined ? null : withoutZeroFraction(time).replace(/(?:Z|[+-]\d{2}:\d{2})$/, "");
}

function withoutZeroFraction(time: string): string {
  return time.replace(/\.0+(?=\D|$)/, "");
}
