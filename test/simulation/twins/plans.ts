/** Calls of appliers, and of the sweeper of their leases. */

import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { inTransaction } from "../../../packages/state/src/database/transaction.ts";
import { expire as expirePlanRows } from "../../../packages/state/src/plans/leases.ts";
import { isRefusal } from "../network.ts";
import {
  claimPlan as claimMirrored,
  endPlan,
  expirePlans,
  PLAN_LEASES_LOST_MAX,
  stepAction,
} from "../store/plans.ts";
import type { Twins } from "./twins.ts";

const APPLIERS = ["host-a:9:x", "host-b:9:y"];

export async function claimPlan(twins: Twins): Promise<void> {
  const { chance, store, plans } = twins;
  const applierId = chance.pick(APPLIERS);
  const claimId = randomUUID();
  // Asked again, as one whose answer got lost.
  for (let asked = chance.below(2); asked < 2; asked++) {
    const { plans: leases } = await plans.claimPlans({ applierId, maxPlans: 1, claimId });
    const wanted = claimMirrored(store, applierId, claimId);
    expect(leases?.map(({ token, state }) => `${token} ${state}`)).toEqual(
      wanted === undefined ? [] : [`${wanted.token} ${wanted.state}`],
    );
  }
}

export async function expirePlan(twins: Twins): Promise<void> {
  const { chance, store, real } = twins;
  const row = chance.pickAny(store.tables.plans.filter(({ applierId }) => applierId !== undefined));
  if (row === undefined) return;
  const { token, heartbeat } = row;
  const uuid = await twins.planUuid(row.id);
  await inTransaction(real.orm, (sql) =>
    expirePlanRows(sql, [{ id: uuid, token, heartbeat }], PLAN_LEASES_LOST_MAX),
  );
  expirePlans(store, [{ id: String(row.id), token, heartbeat }]);
}

export async function stepPlan(twins: Twins): Promise<void> {
  const { chance, store, plans } = twins;
  const row = chance.pickAny(store.tables.plans.filter(({ applierId }) => applierId !== undefined));
  if (row === undefined) return;
  const applierId = chance.hits(0.9) ? row.applierId! : APPLIERS[0]!;
  const planUuid = await twins.planUuid(row.id);
  const ref = { applierId, planUuid, token: String(row.token) };
  const action = chance.below(row.actions.length);
  const [found] = await twins.query<{ uuid: string }>(
    "select uuid from action where action_plan_id = (select id from action_plan where uuid = $1) order by id offset $2 limit 1",
    [planUuid, action],
  );
  const refusedKind = ({ kind }: { kind: string }) => kind;
  const at = { plan: row.id, token: row.token, action };
  const actionUuid = found!.uuid;
  const kindOf = (wanted: object) => (isRefusal(wanted) ? wanted.refused : undefined);
  if (chance.hits(0.2)) {
    const told = await plans
      .abortAction({ ...ref, actionUuid })
      .then(() => undefined)
      .catch(refusedKind);
    expect(told).toBe(kindOf(stepAction(store, applierId, { ...at, step: "abort" })));
  } else if (chance.hits(0.4)) {
    const told = await plans
      .beginAction({ ...ref, actionUuid, intentJson: "{}" })
      .then(({ verdict }) => verdict)
      .catch(refusedKind);
    const wanted = stepAction(store, applierId, { ...at, step: "begin" });
    expect(told).toBe(kindOf(wanted) ?? (wanted as { verdict: string }).verdict);
  } else if (chance.hits(0.7)) {
    const state = chance.pick(["SUCCEEDED", "FAILED", "CANCELLED"] as const);
    const told = await plans
      .endAction({ ...ref, actionUuid, state, statusMessage: "" })
      .then(() => undefined)
      .catch(refusedKind);
    expect(told).toBe(kindOf(stepAction(store, applierId, { ...at, step: "end", state })));
  } else {
    const failure = chance.hits(0.2) ? "no cloud" : "";
    const told = await plans
      .endPlan({ ...ref, failure })
      .then(({ state }) => state)
      .catch(refusedKind);
    const wanted = endPlan(store, applierId, at, failure);
    expect(told).toBe(kindOf(wanted) ?? (wanted as { state: string }).state);
  }
}
