/** An edit service on a PostgreSQL of its own, with core's catalogue, and rows in any state to try it on. */

import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type ActionState,
  type AuditState,
  type AuditType,
  GOALS,
  type PlanState,
  STRATEGIES,
  VigilError,
} from "@vigil/core";
import type { ActionPlan, Audit, EditServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres } from "@vigil/testkit";
import { expect } from "vitest";
import { openDatabase } from "../../database/database.ts";
import { guarded } from "../../database/guard.ts";
import { prepareDatabase } from "../../database/migrate.ts";
import { autoCommit, rows } from "../../database/transaction.ts";
import { createEditService } from "../edit-service.ts";

/** An operation of a patch: op, path, value. */
export type Step = readonly [op: string, path: string, value?: unknown];

/** The edit service on a database. */
export interface Edits {
  edits: EditServiceImpl;
  /** What the service told others since the last look. */
  told(): string[];
  patchAudit(ident: string, ...steps: Step[]): Promise<Audit>;
  deleteAudit(ident: string): Promise<void>;
  patchPlan(uuid: string, ...steps: Step[]): Promise<ActionPlan>;
}

export interface EditWorld extends Edits {
  orm: MikroORM;
  query<Row>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** UUID of a new audit of strategy dummy. */
  newAudit(over?: NewAudit): Promise<string>;
  /** A new plan with one action in each of the states. */
  newPlan(state: PlanState, actions?: ActionState[]): Promise<{ uuid: string; actions: string[] }>;
  /** Index entries that wait for the relay, oldest first. */
  indexEntries(auditUuid: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

interface NewAudit {
  state?: AuditState;
  type?: AuditType;
  name?: string;
  interval?: string;
}

export async function openEditWorld(): Promise<EditWorld> {
  const server = await startTestPostgres();
  const orm = await openDatabase(await server.newDatabase());
  await prepareDatabase(orm, { goals: GOALS, strategies: STRATEGIES });
  const query = <Row>(text: string, parameters: unknown[] = []) =>
    rows<Row>(autoCommit(orm), text, parameters);
  return {
    orm,
    query,
    ...editsOn(orm),
    newAudit: (over) => newAudit(query, over),
    newPlan: (state, actions) => newPlan(query, state, actions),
    async indexEntries(uuid) {
      const text = "select index_entry from outbox where uuid = $1 and index_entry is not null order by id";
      return (await query<{ index_entry: Record<string, unknown> }>(text, [uuid])).map(
        (row) => row.index_entry,
      );
    },
    async close() {
      await orm.close();
      await server.stop();
    },
  };
}

/** Without a relay: rows of the outbox stay to be looked at. */
export function editsOn(orm: MikroORM): Edits {
  let told: string[] = [];
  const service = createEditService({
    orm,
    logger: createLogger({ role: "state", level: "silent" }),
    relay: {
      notifyCommitted: () => void told.push("committed"),
      whenPublished: async (ids) => {
        told.push(`wait for ${ids.length}`);
        return true;
      },
    },
    eventMode: "coalesce",
    wakeWorkers: () => void told.push("wake workers"),
    wakeAppliers: () => void told.push("wake appliers"),
  });
  const edits = guarded(service, () => undefined);
  return {
    edits,
    told() {
      const since = told;
      told = [];
      return since;
    },
    patchAudit: async (ident, ...steps) => (await edits.patchAudit(patchOf(ident, steps))).audit!,
    deleteAudit: async (ident) => void (await edits.deleteAudit({ editId: randomUUID(), ident })),
    patchPlan: async (uuid, ...steps) => (await edits.patchActionPlan(patchOf(uuid, steps))).actionPlan!,
  };
}

/** A patch as the API sends it, with an edit id of its own. */
export function patchOf(ident: string, steps: readonly Step[], editId: string = randomUUID()) {
  const operations = steps.map(([op, path, value]) => (op === "remove" ? { op, path } : { op, path, value }));
  return { editId, ident, patchJson: JSON.stringify(operations) };
}

export async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

type Query = EditWorld["query"];

async function newAudit(query: Query, over: NewAudit = {}): Promise<string> {
  const { state = "PENDING", type = "EVENT", name, interval } = over;
  const uuid = randomUUID();
  await query(
    `insert into audit (uuid, name, audit_type, state, goal_id, strategy_id, parameters, "interval")
     select $1::uuid, $2, $3, $4, g.id, s.id, '{"para1": 3.2, "para2": "hello"}', $5
     from goal g, strategy s where g.name = 'dummy' and s.name = 'dummy'`,
    [uuid, name ?? `audit ${uuid}`, type, state, interval ?? null],
  );
  return uuid;
}

async function newPlan(query: Query, state: PlanState, actions: ActionState[] = ["PENDING", "PENDING"]) {
  const audit = await newAudit(query, { state: "SUCCEEDED" });
  const uuid = randomUUID();
  const [plan] = await query<{ id: string }>(
    `with made as (
       insert into run (run_id, audit_id, state, cause, seed)
       select $1, id, 'SUCCEEDED', 'EVENT', 1 from audit where uuid = $2 returning id, audit_id
     )
     insert into action_plan (uuid, audit_id, strategy_id, run_id, state)
     select $3, audit_id, (select id from strategy where name = 'dummy'), id, $4 from made
     returning id::text as id`,
    [randomUUID(), audit, uuid, state],
  );
  const made = actions.map((actionState) => ({ uuid: randomUUID(), state: actionState }));
  await query(
    `insert into action (uuid, action_plan_id, action_type, state)
     select x.uuid, $1::bigint, 'nop', x.state from jsonb_to_recordset($2::jsonb) as x(uuid uuid, state text)`,
    [plan!.id, JSON.stringify(made)],
  );
  await query(
    `insert into efficacy_indicator (uuid, action_plan_id, name, description, value)
     values ($1, $2::bigint, 'n', 'd', 1)`,
    [randomUUID(), plan!.id],
  );
  return { uuid, actions: made.map((action) => action.uuid) };
}
