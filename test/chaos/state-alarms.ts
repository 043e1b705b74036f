/** What state says in capitals. Where broker and database keep their data, none of it can be true. */

import { readFileSync } from "node:fs";

const ALARMS = [
  "THE EVENT STREAM CAME BACK SHORTER",
  "THE BROKER LOST STREAMS",
  "OLDER THAN THE EVENT STREAM",
];

/** @returns a line for each log that has one of them */
export function stateAlarms(stateLogs: readonly string[]): string[] {
  return stateLogs.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return ALARMS.filter((alarm) => text.includes(alarm)).map((alarm) => `${file} has "${alarm}"`);
  });
}
