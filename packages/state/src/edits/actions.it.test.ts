/** PatchAction on PostgreSQL: rest-api 7.6. */

import { randomUUID } from "node:crypto";
import { ACTION_STATES, type ActionState, PLAN_STATES, type PlanState } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EditWorld, failure, openEditWorld, patchOf, type Step } from "./testing/edit-world.ts";

let world: EditWorld;
beforeAll(async () => {
  world = await openEditWorld();
});
afterAll(() => world?.close());

async function newAction(state: ActionState, planState: PlanState = "RECOMMENDED"): Promise<string> {
  return (await world.newPlan(planState, [state])).actions[0]!;
}

const patch = async (uuid: string, ...steps: Step[]) =>
  (await world.edits.patchAction(patchOf(uuid, steps))).action!;

const SKIP: Step = ["replace", "/state", "SKIPPED"];

describe("rest-api 7.6: PATCH of an action", () => {
  test("row 2: other members, removals and unknown words", async () => {
    const uuid = await newAction("PENDING");
    for (const [step, message] of [
      [["replace", "/action_type", "x"], "'/action_type' is not an allowed attribute and can not be updated"],
      [["remove", "/state"], "'/state' is a mandatory attribute and can not be removed"],
      [["remove", "/status_message"], "'/status_message' is a mandatory attribute and can not be removed"],
      [["replace", "/state", "x"], "Invalid state: x"],
    ] as const) {
      expect(await failure(patch(uuid, step))).toMatchObject({ kind: "invalid-input", message });
    }
  });

  for (const from of ACTION_STATES) {
    test.each(ACTION_STATES.filter((to) => to !== from))(`row 3: ${from} -> %s`, async (to) => {
      const uuid = await newAction(from);
      if (from === "PENDING" && to === "SKIPPED") expect((await patch(uuid, SKIP)).state).toBe("SKIPPED");
      else {
        expect(await failure(patch(uuid, ["replace", "/state", to]))).toMatchObject({
          kind: "conflict",
          message: `State transition not allowed: (${from} -> ${to})`,
        });
      }
    });
  }

  test.each(PLAN_STATES)("row 4: a skip while the plan is %s", async (planState) => {
    const uuid = await newAction("PENDING", planState);
    if (planState === "RECOMMENDED" || planState === "PENDING") {
      expect(await patch(uuid, SKIP)).toMatchObject({ state: "SKIPPED", updatedAt: expect.any(String) });
    } else {
      expect(await failure(patch(uuid, SKIP))).toMatchObject({
        kind: "conflict",
        message: `State update not allowed for actionplan state: ${planState}`,
      });
    }
  });

  test("row 5: a message for an action that is not SKIPPED", async () => {
    expect(
      await failure(patch(await newAction("PENDING"), ["replace", "/status_message", "why"])),
    ).toMatchObject({
      kind: "conflict",
      message: "status_message update only allowed when action state is SKIPPED",
    });
  });

  test("row 6: the stored message, and what is told", async () => {
    const uuid = await newAction("PENDING");
    expect((await patch(uuid, SKIP)).statusMessage).toBe("Action skipped by user.");
    const again = await patch(uuid, ["replace", "/status_message", "why"]);
    expect(again.statusMessage).toBe("Action skipped by user. Reason: why");
    expect((await patch(uuid, SKIP)).statusMessage).toBe("Action skipped by user. Reason: why");
    const both = await patch(await newAction("PENDING"), SKIP, ["add", "/status_message", "slow"]);
    expect(both.statusMessage).toBe("Action skipped by user. Reason: slow");
    const told = await world.query(
      "select kind, version::int, data from outbox where uuid = $1 order by id",
      [uuid],
    );
    expect(told).toMatchObject(
      [2, 3, 4].map((version) => ({ kind: "action", version, data: { state: "SKIPPED" } })),
    );
  });

  test("an empty patch changes nothing", async () => {
    const uuid = await newAction("PENDING");
    const action = await patch(uuid);
    expect(action).toMatchObject({ uuid, state: "PENDING" });
    expect(action).not.toHaveProperty("statusMessage");
    expect(action).not.toHaveProperty("updatedAt");
  });

  test("a repeated edit is answered with the action as it is", async () => {
    const uuid = await newAction("PENDING");
    const edit = patchOf(uuid, [SKIP]);
    await Promise.all([world.edits.patchAction(edit), world.edits.patchAction(edit)]);
    await world.query(
      "update action_plan set state = 'ONGOING' where id = (select action_plan_id from action where uuid = $1)",
      [uuid],
    );
    expect((await world.edits.patchAction(edit)).action).toMatchObject({ state: "SKIPPED" });
    expect(await world.query("select version::int from action where uuid = $1", [uuid])).toEqual([
      { version: 2 },
    ]);
  });

  test("an unknown action, one of a deleted plan, and an ident that is no UUID", async () => {
    const plan = await world.newPlan("RECOMMENDED");
    await world.edits.deleteActionPlan({ ident: plan.uuid, editId: randomUUID() });
    for (const ident of [randomUUID(), plan.actions[0]!, "x"]) {
      expect(await failure(patch(ident, SKIP))).toMatchObject({
        kind: "not-found",
        message: `Action ${ident} could not be found`,
      });
    }
  });
});
