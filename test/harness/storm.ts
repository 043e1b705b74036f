/** Floods of alarms, and what is to hold meanwhile: for the storm test and its benchmark. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { RoleProcess } from "./role-process.ts";
import type { System } from "./system.ts";

const recorded = JSON.parse(
  readFileSync(new URL("../data/aodh/recorded-requests.json", import.meta.url), "utf8"),
) as { requests: { body: { reason_data: { event: { message_id: string } } } }[] };

/** A recorded event alarm, as a new occurrence. */
export function alarmBody(): string {
  const body = structuredClone(recorded.requests[0]!.body);
  body.reason_data.event.message_id = randomUUID();
  return JSON.stringify(body);
}

/** Headers of as many senders, each with a token of its own: limits per source are not what is tried. */
export function senders(system: System, count: number): Record<string, string>[] {
  return Array.from({ length: count }, (_, n) => ({
    "x-auth-token": system.keystone.issueToken({ user: `aodh-${n}`, project: "admin", roles: ["admin"] }),
    "content-type": "application/json",
  }));
}

/** Between two looks at the runs, ms: many within the life of a run, few enough to leave the database to the storm. */
const SAMPLE_EVERY_MS = 20;

export interface RunSamples {
  /** Looks at the database so far. */
  samples: number;
  /** Most runs of one audit that were DUE, LIVE, or either, in any of them. */
  due: number;
  live: number;
  active: number;
}

/** Looks at the runs of all audits again and again, each look one consistent snapshot. */
export function sampleRuns(system: System): { stop(): Promise<RunSamples> } {
  const seen: RunSamples = { samples: 0, due: 0, live: 0, active: 0 };
  let stopped = false;
  const look = async () => {
    while (!stopped) {
      const [row] = await system.rows<{ due: number; live: number; active: number }>(
        `select coalesce(max(due), 0)::int as due, coalesce(max(live), 0)::int as live,
           coalesce(max(due + live), 0)::int as active
         from (select count(*) filter (where state = 'DUE') as due, count(*) filter (where state = 'LIVE') as live
           from run where state in ('DUE', 'LIVE') group by audit_id) as audits`,
      );
      seen.samples++;
      seen.due = Math.max(seen.due, row!.due);
      seen.live = Math.max(seen.live, row!.live);
      seen.active = Math.max(seen.active, row!.active);
      await delay(SAMPLE_EVERY_MS);
    }
  };
  const looking = look();
  return {
    async stop() {
      stopped = true;
      await looking;
      return seen;
    },
  };
}

/** Number of events of these audits by fate. */
export async function fatesOf(system: System, audits: readonly string[]): Promise<Record<string, number>> {
  const found = await system.rows<{ fate: string; n: number }>(
    `select fate, count(*)::int as n from event where audit_id in (select id from audit where uuid = any($1))
     group by fate`,
    [audits],
  );
  return Object.fromEntries(found.map((row) => [row.fate, row.n]));
}

/** Most memory that a process has had resident so far, MiB (Linux). */
export function peakMemoryMiB({ pid }: RoleProcess): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}
