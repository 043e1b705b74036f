/** A run service on a PostgreSQL of its own, with audits and events to try it on. */

import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { EventMode } from "@vigil/core";
import type { Event__Output, PlannedSolution__Output } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { ledgerEvent, startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { openDatabase } from "../../database/database.ts";
import { prepareDatabase } from "../../database/migrate.ts";
import { autoCommit, rows, rowsOnce } from "../../database/transaction.ts";
import { createRunService, type RunService } from "../run-service.ts";

export const WORKER = "host-a:1:x";

export interface RunWorld {
  orm: MikroORM;
  runs: RunService;
  /** How often workers were woken. */
  wakes(): number;
  /** How often appliers were woken. */
  applierWakes(): number;
  /** An EVENT audit; its UUID. */
  newAudit(state?: string, triggerStates?: string): Promise<string>;
  /** An audit with these columns, otherwise as `newAudit`. */
  addAudit(columns: Record<string, unknown>): Promise<string>;
  ingest(sent: Event__Output, canRun?: boolean, workerId?: string): ReturnType<RunService["ingest"]>;
  complete(
    lease: { runId?: string; token?: unknown } | null | undefined,
    actions?: number,
  ): ReturnType<RunService["complete"]>;
  /** Number of events of an audit by fate. */
  fates(audit: string): Promise<Record<string, number>>;
  /** States of the runs of an audit, oldest first. */
  runStates(audit: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openRunWorld(
  leaseMs: number,
  eventMode: EventMode = "coalesce",
  given?: TestPostgres,
): Promise<RunWorld> {
  const server = given ?? (await startTestPostgres());
  const orm = await openDatabase(await server.newDatabase());
  await prepareDatabase(orm, {
    goals: [{ name: "dummy", displayName: "Dummy", efficacySpecification: [] }],
    strategies: [{ name: "dummy", displayName: "Dummy", goalName: "dummy", parametersSpec: {} }],
  });
  let wakes = 0;
  let applierWakes = 0;
  const runs = createRunService({
    orm,
    logger: createLogger({ role: "state", level: "silent" }),
    options: { leaseMs, eventMode, maxAttempts: 3 },
    notifyCommitted: () => undefined,
    wakeWorkers: () => void wakes++,
    wakeAppliers: () => void applierWakes++,
  });
  runs.start();
  const query = <Row>(text: string, parameters: unknown[]) => rows<Row>(autoCommit(orm), text, parameters);
  async function addAudit(columns: Record<string, unknown>): Promise<string> {
    const uuid = randomUUID();
    const row = { uuid, name: `audit ${uuid}`, audit_type: "EVENT", state: "PENDING", ...columns };
    const names = Object.keys(row);
    await rowsOnce(
      autoCommit(orm),
      `insert into audit (${names.map((name) => `"${name}"`).join(", ")}, goal_id)
       values (${names.map((_, n) => `$${n + 1}`).join(", ")}, (select id from goal))`,
      Object.values(row),
    );
    return uuid;
  }
  return {
    orm,
    runs,
    wakes: () => wakes,
    applierWakes: () => applierWakes,
    newAudit: (state = "PENDING", triggerStates = '["*"]') =>
      addAudit({ state, trigger_states: triggerStates }),
    addAudit,
    ingest: (sent, canRun = true, workerId = WORKER) =>
      runs.ingest({ workerId, canRun, event: sent, more: [] }),
    complete: (lease, actions = 3) =>
      runs.complete({
        workerId: WORKER,
        ...leaseRef(lease),
        plan: plan(actions),
        failure: null,
        result: "plan",
      }),
    async fates(audit) {
      const found = await query<{ fate: string; n: number }>(
        `select fate, count(*)::int as n from event where audit_id = (select id from audit where uuid = $1) group by fate`,
        [audit],
      );
      return Object.fromEntries(found.map((row) => [row.fate, row.n]));
    },
    async runStates(audit) {
      const found = await query<{ state: string }>(
        "select state from run where audit_id = (select id from audit where uuid = $1) order by id",
        [audit],
      );
      return found.map((row) => row.state);
    },
    async close() {
      await runs.stop();
      await orm.close();
      await server.stop();
    },
  };
}

export function leaseRef(lease: { runId?: string; token?: unknown } | null | undefined) {
  return { runId: lease!.runId!, token: String(lease!.token) };
}

export function event(auditUuid: string, over: Partial<Event__Output> = {}): Event__Output {
  return { ...ledgerEvent(auditUuid), format: "aodh", traceParent: "", ...over };
}

export function plan(actions = 3): PlannedSolution__Output {
  return {
    snapshotHash: "a".repeat(64),
    strategyName: "dummy",
    strategyVersion: "1",
    actions: Array.from({ length: actions }, (_, n) => ({
      actionType: "nop",
      inputParametersJson: `{"message":"${n}"}`,
      parents: n === 0 ? [] : [n - 1],
    })),
    efficacyIndicators: [{ name: "moves", description: "d", value: 1.5, unit: "%", _unit: "unit" }],
    globalEfficacyJson: "[]",
    explanationJson: "{}",
    computeMs: 1,
    optionsJson: '{"required_coverage":0.5}',
    traceParent: "",
  };
}
