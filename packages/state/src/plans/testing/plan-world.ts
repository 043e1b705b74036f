/** A plan service beside a run service on one PostgreSQL, with plans to try it on and users that change them. */

import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { PlanLease } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { autoCommit, rows } from "../../database/transaction.ts";
import { actionEdits } from "../../edits/actions.ts";
import { planEdits } from "../../edits/plans.ts";
import { event, leaseRef, openRunWorld, plan, WORKER } from "../../runs/testing/run-world.ts";
import { createPlanService, type PlanService } from "../plan-service.ts";

export const APPLIER = "host-a:1:x";

/** Parents of each action, by index. */
export type Shape = readonly (readonly number[])[];

export interface PlanWorld {
  orm: MikroORM;
  plans: PlanService;
  /** How often workers, appliers and the relay of the outbox were woken. */
  wakes: { workers: number; appliers: number; relay: number };
  query<Row>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** A RECOMMENDED plan; its UUID. */
  newPlan(shape: Shape): Promise<string>;
  /** What a user asks for. */
  start(planUuid: string): Promise<unknown>;
  cancel(planUuid: string): Promise<unknown>;
  remove(planUuid: string): Promise<unknown>;
  skip(actionUuid: string): Promise<unknown>;
  /** The lease of a plan that is started and given to this applier; nothing else may wait for one. */
  lease(shape: Shape, applierId?: string): Promise<Held>;
  claim(applierId?: string): Promise<Held | undefined>;
  planRow(planUuid: string): Promise<PlanRow>;
  /** States of the actions in plan order. */
  states(planUuid: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface PlanRow {
  id: string;
  state: string;
  status_message: string | null;
  hostname: string | null;
  applier_id: string | null;
  token: string;
  heartbeat: string;
  version: string;
  started: boolean;
  finished: boolean;
}

/** A lease with its calls. */
export interface Held {
  lease: PlanLease;
  uuid: string;
  ref: { planUuid: string; token: string };
  begin(index: number, intentJson?: string): Promise<{ verdict?: string; state?: string }>;
  abort(index: number): Promise<unknown>;
  end(index: number, state: string, statusMessage?: string): Promise<unknown>;
  endPlan(failure?: string): Promise<string | undefined>;
  beat(): Promise<{ lost: string[]; cancelling: string[]; unmoved: string[] }>;
}

export async function openPlanWorld(leaseMs: number): Promise<PlanWorld> {
  const runWorld = await openRunWorld(leaseMs);
  const { orm, runs } = runWorld;
  const wakes = { workers: 0, appliers: 0, relay: 0 };
  const notifyCommitted = () => void wakes.relay++;
  const wakeAppliers = () => void wakes.appliers++;
  const plans = createPlanService({
    orm,
    logger: createLogger({ role: "state", level: "silent" }),
    options: { leaseMs },
    notifyCommitted,
    wakeWorkers: () => void wakes.workers++,
    wakeAppliers,
  });
  plans.start();
  const edits = {
    ...planEdits({ orm, notifyCommitted, wakeAppliers }),
    ...actionEdits({ orm, notifyCommitted }),
  };
  const query = <Row>(text: string, parameters: unknown[] = []) =>
    rows<Row>(autoCommit(orm), text, parameters);
  const patch = (state: string) => JSON.stringify([{ op: "replace", path: "/state", value: state }]);

  async function newPlan(shape: Shape): Promise<string> {
    const audit = await runWorld.newAudit();
    // Or the run would wait for the plans of other tests to end.
    await query("update audit set force = true where uuid = $1", [audit]);
    const { lease } = await runWorld.ingest(event(audit));
    const planned = plan(shape.length);
    for (const [index, parents] of shape.entries()) planned.actions[index]!.parents = [...parents];
    const request = { workerId: WORKER, ...leaseRef(lease), plan: planned, failure: null };
    return (await runs.complete(request)).actionPlanUuid!;
  }

  async function claim(applierId = APPLIER): Promise<Held | undefined> {
    const answer = await plans.claimPlans({ applierId, maxPlans: 1, claimId: "" });
    return answer.plans?.[0] && held(plans, applierId, answer.plans[0]);
  }

  async function start(planUuid: string): Promise<unknown> {
    return edits.startActionPlan({ editId: randomUUID(), uuid: planUuid });
  }

  return {
    orm,
    plans,
    wakes,
    query,
    newPlan,
    start,
    claim,
    cancel: async (planUuid) => {
      const { state } = await planRow(planUuid);
      const to = state === "ONGOING" ? "CANCELLING" : "CANCELLED";
      return edits.patchActionPlan({ editId: randomUUID(), ident: planUuid, patchJson: patch(to) });
    },
    remove: (planUuid) => edits.deleteActionPlan({ editId: randomUUID(), ident: planUuid }),
    skip: (actionUuid) =>
      edits.patchAction({ editId: randomUUID(), ident: actionUuid, patchJson: patch("SKIPPED") }),
    async lease(shape, applierId) {
      const planUuid = await newPlan(shape);
      await start(planUuid);
      const got = await claim(applierId);
      if (got?.uuid !== planUuid) throw new Error(`claimed ${got?.uuid} instead of ${planUuid}`);
      return got;
    },
    planRow,
    states: async (planUuid) =>
      (
        await query<{ state: string }>(
          `select state from action where action_plan_id = (select id from action_plan where uuid = $1) order by id`,
          [planUuid],
        )
      ).map(({ state }) => state),
    async close() {
      await plans.stop();
      await runWorld.close();
    },
  };

  async function planRow(planUuid: string): Promise<PlanRow> {
    const [row] = await query<PlanRow>(
      `select id::text as id, state, status_message, hostname, applier_id, token::text as token,
         heartbeat::text as heartbeat, version::text as version, started_at is not null as started,
         finished_at is not null as finished
       from action_plan where uuid = $1`,
      [planUuid],
    );
    return row!;
  }
}

function held(plans: PlanService, applierId: string, lease: PlanLease): Held {
  const ref = { planUuid: lease.planUuid!, token: String(lease.token) };
  const actionUuid = (index: number) => lease.actions![index]!.uuid!;
  return {
    lease,
    uuid: ref.planUuid,
    ref,
    begin: (index, intentJson = "") =>
      plans.beginAction({ applierId, ...ref, actionUuid: actionUuid(index), intentJson }),
    abort: (index) => plans.abortAction({ applierId, ...ref, actionUuid: actionUuid(index) }),
    end: (index, state, statusMessage = "") =>
      plans.endAction({ applierId, ...ref, actionUuid: actionUuid(index), state, statusMessage }),
    endPlan: async (failure = "") => (await plans.endPlan({ applierId, ...ref, failure })).state,
    async beat() {
      const answer = await plans.heartbeatPlans({ applierId, leases: [ref] });
      return {
        lost: answer.lostPlanUuids!,
        cancelling: answer.cancellingPlanUuids!,
        unmoved: answer.unmovedPlanUuids!,
      };
    },
  };
}
