/** The simulated store and the real one, to which the same calls go. Rows are named by their place in their table. */

import type { EventMode } from "@vigil/core";
import type { EditServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { expect } from "vitest";
import { autoCommit, inTransaction, rows } from "../../../packages/state/src/database/transaction.ts";
import { createEditService } from "../../../packages/state/src/edits/edit-service.ts";
import { createPlanService, type PlanService } from "../../../packages/state/src/plans/plan-service.ts";
import { makeDueRun } from "../../../packages/state/src/runs/end-runs.ts";
import { openRunWorld, type RunWorld } from "../../../packages/state/src/runs/testing/run-world.ts";
import { Chance } from "../chance.ts";
import { RULES } from "../rules.ts";
import type { AuditRow } from "../store/rows.ts";
import type { LedgerEvent } from "../store/runs.ts";
import { Store } from "../store/store.ts";

const HOUR_MS = 3_600_000;
/** Nothing here takes so long that a lease is lost by itself. */
const LEASE_MS = 600_000;
/** Both stores count the next run from a now of their own, ms. Less than the half of an interval. */
const CLOCKS_MS = 120_000;

export type AuditKind = Pick<AuditRow, "type"> & Partial<AuditRow>;

export class Twins {
  readonly store: Store;
  readonly chance: Chance;
  readonly real: RunWorld;
  readonly plans: PlanService;
  readonly edits: EditServiceImpl;
  /** Events that were sent so far. */
  readonly events: LedgerEvent[] = [];
  /** What happened that no row tells of afterwards. */
  readonly notes = new Set<string>();
  /** Audits that are over and have a successor, by their places. */
  readonly replaced = new Set<number>();
  nowMs = Date.now();

  constructor(real: RunWorld, seed: number, eventMode: EventMode) {
    this.real = real;
    this.chance = new Chance(seed);
    // As the service's own settings are, but for attempts, of which openRunWorld grants three.
    const life = { eventMode, maxAttempts: 3, maxLostLeases: 20, continuousMaxFailures: 3 };
    this.store = new Store(RULES, life, [], () => this.nowMs);
    this.store.note = (what) => this.notes.add(what);
    const { orm } = real;
    const logger = createLogger({ role: "state", level: "silent" });
    const told = {
      notifyCommitted: () => undefined,
      wakeWorkers: () => undefined,
      wakeAppliers: () => undefined,
    };
    this.plans = createPlanService({ orm, logger, options: { leaseMs: LEASE_MS }, ...told });
    const relay = { notifyCommitted: () => undefined, whenPublished: async () => true };
    this.edits = createEditService({ orm, logger, relay, eventMode, ...told });
  }

  query<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return rows<Row>(autoCommit(this.real.orm), text, parameters);
  }

  /** A new audit in both. A ONESHOT one has its run at once. */
  async addAudit(kind: AuditKind): Promise<void> {
    const { audits } = this.store.tables;
    const row = {
      ...{ state: "PENDING" as const, force: false, autoTrigger: false, consecutiveFailures: 0, scope: [] },
      ...{ triggerStates: ["*"], schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null } },
      ...kind,
    };
    const uuid = await this.real.addAudit({
      audit_type: row.type,
      trigger_states: JSON.stringify(row.triggerStates),
      force: row.force,
      auto_trigger: row.autoTrigger,
      interval: row.schedule.interval,
      scope: JSON.stringify(row.scope),
    });
    const id = audits.length;
    audits.push({ ...row, id, uuid, name: `audit ${uuid}` });
    if (row.type !== "ONESHOT") return;
    const dbId = await this.#auditDbId(id);
    await inTransaction(this.real.orm, (sql) => makeDueRun(sql, dbId, "ONESHOT"));
    this.store.makeDueRun(id, "ONESHOT");
  }

  async #auditDbId(id: number): Promise<string> {
    const text = "select id::text as id from audit order by audit.id offset $1 limit 1";
    return (await this.query<{ id: string }>(text, [id]))[0]!.id;
  }

  async planUuid(id: number): Promise<string> {
    const text = "select uuid from action_plan order by id offset $1 limit 1";
    return (await this.query<{ uuid: string }>(text, [id]))[0]!.uuid;
  }

  /**
   * Pauses before attempts are over, and due runs and audits come in the order in which they were made: times differ by
   * nature. Whether an audit's next run has come, and its window is over, is drawn anew.
   */
  async letTimePass(): Promise<void> {
    await this.query("update run set due_at = to_timestamp(id) where state = 'DUE'");
    for (const run of this.store.tables.runs) if (run.state === "DUE") run.dueAtMs = run.id;
    this.nowMs = Date.now();
    const scheduled = this.store.tables.audits.filter(({ type, state }) => {
      return type === "CONTINUOUS" && (state === "PENDING" || state === "ONGOING");
    });
    const unknown = scheduled.filter(({ schedule }) => schedule.nextRunMs === null);
    for (const audit of scheduled) {
      // Of several whose time is not known the database takes any first: one may stay so.
      const isAny = unknown.length > 1 && audit !== unknown[0] && unknown.includes(audit);
      if (isAny || this.chance.hits(0.3)) await this.#moveTimes(audit, isAny);
    }
  }

  async #moveTimes(audit: AuditRow, isDue: boolean): Promise<void> {
    const { chance, nowMs } = this;
    const nextRunMs = isDue || chance.hits(0.8) ? audit.id : audit.schedule.nextRunMs;
    const startMs = chance.hits(0.1) ? nowMs + HOUR_MS / 2 : null;
    const endMs = chance.hits(0.3) ? nowMs + chance.pick([HOUR_MS, HOUR_MS, HOUR_MS, -HOUR_MS]) : null;
    audit.schedule = { ...audit.schedule, nextRunMs, endMs, startMs };
    await this.query(
      `update audit set next_run_time = to_timestamp($2::float8 / 1000), end_time = to_timestamp($3::float8 / 1000),
         start_time = to_timestamp($4::float8 / 1000) where uuid = $1`,
      [audit.uuid, nextRunMs, endMs, startMs],
    );
  }

  /** @param after what was called last, for the message of a difference */
  async compare(after: string): Promise<void> {
    const { tables } = this.store;
    const one = <Row>(text: string) =>
      this.query<{ row: Row }>(text).then((found) => found.map(({ row }) => row));
    const nextRuns = await one<number | null>(
      "select to_jsonb(extract(epoch from next_run_time) * 1000) as row from audit order by id",
    );
    const seen = {
      audits: await one(
        "select jsonb_build_array(state, consecutive_failures) as row from audit order by id",
      ),
      nextRuns: nextRuns.map((ms, id) => near(ms, tables.audits[id]!.schedule.nextRunMs)),
      events: await one(`select jsonb_build_array(event_id, fate, duplicate_of, replay_of,
        (select count(*)::int from run where run.id < event.run_id)) as row from event order by event_id`),
      runs: await one(`select jsonb_build_array((select count(*)::int from audit a where a.id < run.audit_id), state, cause, attempts, token, heartbeat, is_suspect,
        (select count(*)::int from action_plan p where p.id <= blocked_by), jsonb_array_length(coalesce(failures::jsonb, '[]')))
        as row from run order by id`),
      plans: await one(
        `select jsonb_build_array(state, token, applier_id, leases_lost, launched_at is not null) as row
         from action_plan order by id`,
      ),
      actions: await one("select to_jsonb(state) as row from action order by id"),
      letters: await one("select to_jsonb(count(*)) as row from dead_letter"),
    };
    expect(seen, after).toEqual({
      audits: tables.audits.map(({ state, consecutiveFailures }) => [state, consecutiveFailures]),
      nextRuns: tables.audits.map(({ schedule }) => schedule.nextRunMs),
      events: [...tables.events]
        .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
        .map(({ eventId, fate, duplicateOf, replayOf, run }) => {
          return [eventId, fate, duplicateOf ?? null, replayOf ?? null, run ?? 0];
        }),
      runs: tables.runs.map((run) => [
        ...[
          run.audit,
          run.state,
          run.cause,
          run.attempts,
          Number(run.token),
          Number(run.heartbeat),
          run.isSuspect,
        ],
        ...[run.blockedBy === undefined ? 0 : Number(run.blockedBy) + 1, run.failures.length],
      ]),
      plans: tables.plans.map(({ state, token, applierId, leasesLost, launchedAtMs }) => [
        ...[state, Number(token), applierId ?? null, leasesLost, launchedAtMs !== undefined],
      ]),
      actions: tables.plans.flatMap(({ actions }) => actions.map(({ state }) => state)),
      letters: [tables.deadLetters.length],
    });
  }
}

/** The mirrored time for one that is as good as the same. */
function near(ms: number | null, mirrored: number | null): number | null {
  const isNear = ms !== null && mirrored !== null && Math.abs(ms - mirrored) < CLOCKS_MS;
  return isNear ? mirrored : ms;
}

export function openTwinWorld(eventMode: EventMode): Promise<RunWorld> {
  return openRunWorld(LEASE_MS, eventMode);
}
