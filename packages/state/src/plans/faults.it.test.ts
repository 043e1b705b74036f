/** The database fails at each command of each call about the execution of plans, and each call is repeated. */

import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction } from "../database/transaction.ts";
import { type Scenario, sweepFaults } from "../testing/fault-sweep.ts";
import { FAULTS, FaultyDatabase } from "../testing/faulty-database.ts";
import { expire } from "./leases.ts";
import { createPlanService, type PlanService } from "./plan-service.ts";
import { APPLIER, type Held, openPlanWorld, type PlanWorld } from "./testing/plan-world.ts";

/** No lease ends by itself. */
const LEASE_MS = 600_000;

let world: PlanWorld;
let faulty: FaultyDatabase;
/** On the database that fails. */
let plans: PlanService;

beforeAll(async () => {
  world = await openPlanWorld(LEASE_MS);
  faulty = new FaultyDatabase(world.orm);
  plans = createPlanService({
    orm: faulty.orm,
    logger: createLogger({ role: "state", level: "silent" }),
    options: { leaseMs: LEASE_MS },
    notifyCommitted: () => undefined,
    wakeWorkers: () => undefined,
    wakeAppliers: () => undefined,
  });
});

afterAll(async () => {
  await plans.stop();
  await world.close();
});

async function sweep(scenario: Scenario): Promise<void> {
  const failed = await sweepFaults({ orm: world.orm, faulty }, scenario);
  expect(failed.length).toBeGreaterThan(3);
  expect(failed.at(-1)).toBe("commit");
}

/** A plan of three actions in a row, in this applier's hands. */
const held = () => world.lease([[], [0], [1]]);

function refOf({ ref, lease }: Held, index: number) {
  return { applierId: APPLIER, ...ref, actionUuid: lease.actions![index]!.uuid! };
}

describe("an action", () => {
  it("that begins", () =>
    sweep(async () => {
      const ref = refOf(await held(), 0);
      return () => plans.beginAction({ ...ref, intentJson: '{"host":"a"}' });
    }));

  it("that is about to be aborted", () =>
    sweep(async () => {
      const plan = await held();
      await plan.begin(0);
      await world.cancel(plan.uuid);
      return () => plans.abortAction(refOf(plan, 0));
    }));

  it.each(["SUCCEEDED", "FAILED"])("that ends %s", (state) =>
    sweep(async () => {
      const plan = await held();
      await plan.begin(0);
      return () => plans.endAction({ ...refOf(plan, 0), state, statusMessage: "" });
    }),
  );

  it("that begins behind one that ends, of another plan, in one transaction", () =>
    sweep(async () => {
      const one = await held();
      const other = await held();
      await one.begin(0);
      return () =>
        Promise.all([
          plans.endAction({ ...refOf(one, 0), state: "SUCCEEDED", statusMessage: "" }),
          plans.beginAction({ ...refOf(other, 0), intentJson: "" }),
        ]);
    }));
});

describe("a plan", () => {
  it("that ends", () =>
    sweep(async () => {
      const plan = await held();
      for (const index of [0, 1, 2]) {
        await plan.begin(index);
        await plan.end(index, "SUCCEEDED");
      }
      return () => plans.endPlan({ applierId: APPLIER, ...plan.ref, failure: "" });
    }));

  it("that ends with actions that can't be executed", () =>
    sweep(async () => {
      const plan = await held();
      await plan.begin(0);
      await plan.end(0, "FAILED", "no such host");
      return () => plans.endPlan({ applierId: APPLIER, ...plan.ref, failure: "unknown action type" });
    }));

  it("that was cancelled", () =>
    sweep(async () => {
      const plan = await held();
      await plan.begin(0);
      await world.cancel(plan.uuid);
      await plan.end(0, "SUCCEEDED");
      return () => plans.endPlan({ applierId: APPLIER, ...plan.ref, failure: "" });
    }));

  it("that is handed back", () =>
    sweep(async () => {
      const plan = await held();
      await plan.begin(0);
      return () => plans.releasePlans({ applierId: APPLIER, leases: [plan.ref] });
    }));

  it("whose lease is lost", () =>
    sweep(async () => {
      const { ref } = await held();
      const sample = { id: ref.planUuid, token: BigInt(ref.token), heartbeat: 0n };
      return () => inTransaction(faulty.orm, async (sql) => void (await expire(sql, [sample])));
    }));

  it("that is claimed is given to one applier, or waits still", async () => {
    // What other tests left may be given away as well.
    await world.query("truncate audit cascade");
    const tried: string[] = [];
    for (const fault of FAULTS) {
      for (let step = 1; ; step++) {
        const uuid = await world.newPlan([[], [0]]);
        await world.start(uuid);
        faulty.arm(step, fault);
        await plans.claimPlans({ applierId: APPLIER, maxPlans: 1, claimId: "" }).catch(() => undefined);
        const command = faulty.disarm();
        const { state, applier_id, token } = await world.planRow(uuid);
        const isGiven = command === undefined || (fault === "lost" && command === "commit");
        const wanted = isGiven ? ["ONGOING", APPLIER, "1"] : ["PENDING", null, "0"];
        expect([state, applier_id, token], `${fault}: ${command}`).toEqual(wanted);
        // Whoever does not know that it has the plan sends no heartbeats.
        const sample = { id: uuid, token: BigInt(token), heartbeat: 0n };
        if (isGiven) await inTransaction(world.orm, (sql) => expire(sql, [sample]));
        const next = await world.claim("host-b:2:y");
        expect(next).toMatchObject({ uuid, ref: { token: String(BigInt(token) + 1n) } });
        await next!.endPlan("not wanted");
        if (command === undefined) break;
        tried.push(command);
      }
    }
    expect(tried.filter((command) => command === "commit")).toHaveLength(FAULTS.length);
  });
});
