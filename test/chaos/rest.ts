/** When all that was acknowledged has its end, and nothing is under way any more. */

import { until } from "@vigil/testkit";
import type { System } from "../harness/system.ts";
import type { Occurrence } from "./load.ts";

const REST_MS_MAX = 240_000;
/** Between two words on what is being waited for. */
const TELL_MS = 3_000;

/** Waits until every acknowledged event has its row, and nothing waits, runs or is executed. */
export async function atRest(
  system: System,
  occurrences: readonly Occurrence[],
  log: (text: string) => void,
): Promise<void> {
  const acknowledged = [...new Set(occurrences.flatMap(({ eventIds }) => [...eventIds]))];
  let last = {};
  let toldAt = performance.now();
  await until(
    "rest",
    async () => {
      const [row] = await system.rows<Record<string, number>>(
        `select (select count(*)::int from unnest($1::uuid[]) as sent(id)
             where not exists (select 1 from event e where e.event_id = sent.id)) as "not in the ledger",
           (select count(*)::int from event where fate in ('WAITING', 'LEASED')) as "open events",
           (select count(*)::int from run where state in ('DUE', 'LIVE')) as "open runs",
           (select count(*)::int from action_plan where state in ('PENDING', 'ONGOING', 'CANCELLING')
             or state = 'RECOMMENDED' and launched_at is not null) as "open plans"`,
        [acknowledged],
      );
      last = row!;
      if (performance.now() - toldAt > TELL_MS) {
        log(`not at rest: ${JSON.stringify(last)}`);
        toldAt = performance.now();
      }
      return Object.values(row!).every((n) => n === 0);
    },
    REST_MS_MAX,
  ).catch(() => {
    throw new Error(`not at rest ${REST_MS_MAX} ms after the faults: ${JSON.stringify(last)}`);
  });
}
