/** Leases of plans: kept alive, handed back, lost. What happens to a plan without an applier is the next claim's. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { decidePlanLeaseLost, holdsPlan, type LeaseSample, type PlanEnd } from "@vigil/core";
import { isLockTimeout } from "../database/errors.ts";
import { autoCommit, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { storeEnd } from "./end-plan.ts";
import type { PlanLeaseRefInput } from "./inputs.ts";
import { type LockedPlan, lockPlans } from "./locked-plan.ts";

/** Wait for rows that somebody holds, ms. Far below the deadline of a heartbeat, and above what an edit takes. */
const BEAT_LOCK_WAIT_MS = 500;

export interface Beats {
  lost: string[];
  cancelling: string[];
  /** Still the applier's, but their rows were held: their leases did not get younger. */
  unmoved: string[];
}

interface BeatRow {
  uuid: string;
  state: string;
  moved: boolean;
}

/** Conditions in both parts: the second sees rows as they are once it has their locks. */
const OWN = `from action_plan plan join jsonb_to_recordset($1::jsonb) as x("planUuid" uuid, token bigint)
    on plan.uuid = x."planUuid"
  where plan.token = x.token and plan.applier_id = $2 and plan.state in ('ONGOING', 'CANCELLING')`;

const beat = (held: string) => `
with own as (
  select plan.id, plan.uuid, plan.state ${OWN}
), free as (
  select plan.id ${OWN} order by plan.id for no key update of plan ${held}
), beaten as (
  update action_plan set heartbeat = heartbeat + 1 from free where action_plan.id = free.id returning free.id
)
select uuid, state, id in (select id from beaten) as moved from own`;

const BEAT_FREE = beat("skip locked");
const BEAT_ALL = beat("");

/**
 * Moves the counters of the leases that are still the applier's. Rows that somebody holds are passed over first, so
 * that they don't hold up the others, and then waited for a little: what holds them may be this applier's own call.
 */
export async function heartbeat(
  orm: MikroORM,
  applierId: string,
  leases: readonly PlanLeaseRefInput[],
): Promise<Beats> {
  if (leases.length === 0) return { lost: [], cancelling: [], unmoved: [] };
  const first = await rows<BeatRow>(autoCommit(orm), BEAT_FREE, [JSON.stringify(leases), applierId]);
  const heldUuids = new Set(first.filter(({ moved }) => !moved).map(({ uuid }) => uuid));
  const held = leases.filter(({ planUuid }) => heldUuids.has(planUuid));
  const later = held.length === 0 ? [] : await beatHeld(orm, applierId, held);
  const own = [...first.filter(({ moved }) => moved), ...(later ?? first.filter(({ moved }) => !moved))];
  const ownUuids = new Set(own.map(({ uuid }) => uuid));
  return {
    lost: leases.map(({ planUuid }) => planUuid).filter((uuid) => !ownUuids.has(uuid)),
    cancelling: own.filter(({ state }) => state === "CANCELLING").map(({ uuid }) => uuid),
    unmoved: own.filter(({ moved }) => !moved).map(({ uuid }) => uuid),
  };
}

/** undefined: they are held for longer than this waits. */
async function beatHeld(
  orm: MikroORM,
  applierId: string,
  leases: readonly PlanLeaseRefInput[],
): Promise<BeatRow[] | undefined> {
  try {
    return await inTransaction(
      orm,
      (sql) => rows<BeatRow>(sql, BEAT_ALL, [JSON.stringify(leases), applierId]),
      { lockTimeoutMs: BEAT_LOCK_WAIT_MS },
    );
  } catch (error) {
    if (isLockTimeout(error)) return undefined;
    throw error;
  }
}

/** Hands plans back unfinished. Leases that are no longer the applier's are left alone. Returns whether there were any. */
export async function release(
  sql: Sql,
  applierId: string,
  leases: readonly PlanLeaseRefInput[],
): Promise<boolean> {
  const plans = await lockPlans(
    sql,
    leases.map(({ planUuid }) => planUuid),
  );
  const own = leases.flatMap(({ planUuid, token }) => {
    const plan = plans.get(planUuid);
    return plan && holdsPlan(plan, { applierId, token: BigInt(token) }) ? [plan] : [];
  });
  return free(sql, own);
}

/** What the loss of leases led to. */
export interface Expired {
  /** UUIDs of plans that wait for another applier. */
  freed: string[];
  /** Plans that were given up. */
  ended: { uuid: string; end: PlanEnd }[];
  /** Runs that waited for one of those are due. */
  due: boolean;
}

/**
 * Ends leases that the lease watch took for dead, unless their heartbeats have moved since. Those whose rows somebody
 * holds are left to the next look. A plan that loses its appliers again and again ends.
 */
export async function expire(
  sql: Sql,
  samples: readonly LeaseSample[],
  leasesLostMax?: number,
): Promise<Expired> {
  const plans = await lockPlans(
    sql,
    samples.map(({ id }) => id),
    "pass",
  );
  const dead = samples.flatMap(({ id, token, heartbeat }) => {
    const plan = plans.get(id);
    const isSame = plan?.token === token && plan.heartbeat === heartbeat;
    return plan && isSame && plan.applierId !== undefined ? [plan] : [];
  });
  const expired: Expired = { freed: [], ended: [], due: false };
  if (dead.length > 0) await rows(sql, LOSE, [dead.map(({ id }) => id)]);
  for (const { id, uuid, leasesLost } of dead) {
    const end = decidePlanLeaseLost(leasesLost, leasesLostMax);
    if (end === undefined) {
      expired.freed.push(uuid);
      continue;
    }
    expired.due = (await storeEnd(sql, id, end)) || expired.due;
    expired.ended.push({ uuid, end });
  }
  return expired;
}

const LOSE = `update action_plan set applier_id = null, leases_lost = leases_lost + 1 where id = any($1::bigint[])`;

/** Nothing that clients see changes: the plan is under way, and shows the host that had it last. */
async function free(sql: Sql, plans: readonly LockedPlan[]): Promise<boolean> {
  if (plans.length === 0) return false;
  await rows(sql, "update action_plan set applier_id = null where id = any($1::bigint[])", [
    plans.map(({ id }) => id),
  ]);
  return true;
}

export async function livePlanLeases(orm: MikroORM): Promise<LeaseSample[]> {
  const live = await rows<{ uuid: string; token: string; heartbeat: string }>(
    autoCommit(orm),
    `select uuid, token::text as token, heartbeat::text as heartbeat from action_plan
     where state in ('ONGOING', 'CANCELLING') and applier_id is not null`,
    [],
  );
  return live.map(({ uuid, token, heartbeat }) => ({
    id: uuid,
    token: BigInt(token),
    heartbeat: BigInt(heartbeat),
  }));
}
