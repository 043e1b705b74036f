/** Alarms under an outage: what was acknowledged, and what became of it. */

import { until } from "@vigil/testkit";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";

export interface Load {
  /** Event ids of the answers with 202, in the order of their sending. */
  readonly accepted: string[];
  /** Statuses of all answers. */
  readonly statuses: Set<number>;
  /** Waits for so many further answers with 202. */
  more(n: number): Promise<void>;
  stop(): Promise<void>;
}

/** Posts one alarm after the other until it is stopped. */
export function startLoad(system: System, edge: RoleProcess, audit: string): Load {
  const accepted: string[] = [];
  const statuses = new Set<number>();
  let stopped = false;
  const sender = (async () => {
    while (!stopped) {
      const answer = await system.request(edge, "POST", `/v1/webhooks/${audit}`, {}).catch(() => undefined);
      if (answer === undefined) continue;
      statuses.add(answer.status);
      const id = answer.headers.get("vigil-event-id");
      if (answer.status === 202 && id !== null) accepted.push(id);
    }
  })();
  return {
    accepted,
    statuses,
    async more(n) {
      const wanted = accepted.length + n;
      await until(`${n} more alarms answered 202`, () => accepted.length >= wanted, 60_000);
    },
    stop() {
      stopped = true;
      return sender;
    },
  };
}

/** Those of the events that the ledger does not have. */
export async function missing(system: System, eventIds: readonly string[]): Promise<string[]> {
  const rows = await system.rows<{ id: string }>(
    `select wanted as id from unnest($1::uuid[]) as wanted where not exists (select from event where event_id = wanted)`,
    [eventIds],
  );
  return rows.map(({ id }) => id);
}

/** Waits until every event is in the ledger and none is open. */
export async function settled(
  system: System,
  eventIds: readonly string[],
  deadlineMs = 60_000,
): Promise<void> {
  await until(
    `${eventIds.length} events in the ledger, none open`,
    async () => {
      // In this order: an event that comes in between the two questions is open in the second.
      if ((await missing(system, eventIds)).length > 0) return false;
      const [row] = await system.rows<{ n: number }>(
        `select count(*)::int as n from event where fate in ('WAITING', 'LEASED')`,
      );
      return row!.n === 0;
    },
    deadlineMs,
  );
}

/** What must never be: a run with two plans, an event that was acknowledged and is there twice cannot be stored. */
export async function plansOfRunsWithTwo(system: System): Promise<number> {
  const [row] = await system.rows<{ n: number }>(
    "select count(*)::int as n from (select run_id from action_plan group by run_id having count(*) > 1) as twice",
  );
  return row!.n;
}
