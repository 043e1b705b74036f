/** Whether the time of a DUE run has come, as SQL. */

import { RETRY_MAX_MS } from "@vigil/core";

/**
 * No retry is set further ahead than RETRY_MAX_MS. What is further away was set before the database's clock was stepped
 * back, and its time has come: alarms would otherwise wait for as long as the clock was wrong.
 * @param dueAt the column
 * @param now clock_timestamp(), or statement_timestamp() where an index is asked
 */
export function isDue(dueAt: string, now: string): string {
  return `(${dueAt} <= ${now} or ${dueAt} > ${now} + interval '${RETRY_MAX_MS} milliseconds')`;
}
