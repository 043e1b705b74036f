/** Edits of action plans on PostgreSQL. */

import { randomUUID } from "node:crypto";
import { PLAN_STATES } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { autoCommit } from "../database/transaction.ts";
import { ACTION_PLANS, ACTIONS } from "../records/action-plans.ts";
import { getByUuid } from "../records/lookup.ts";
import { type EditWorld, failure, openEditWorld, patchOf } from "./testing/edit-world.ts";

let world: EditWorld;
beforeAll(async () => {
  world = await openEditWorld();
});
afterAll(() => world?.close());

interface PlanRow {
  state: string;
  launched: boolean;
  version: number;
}

async function planRow(uuid: string): Promise<PlanRow> {
  const text = `select state, launched_at is not null as launched, version::int as version from action_plan where uuid = $1`;
  return (await world.query<PlanRow>(text, [uuid]))[0]!;
}

async function actionStates(uuid: string): Promise<string[]> {
  const text = `select x.state from action x join action_plan p on p.id = x.action_plan_id where p.uuid = $1 order by x.id`;
  return (await world.query<{ state: string }>(text, [uuid])).map(({ state }) => state);
}

const changes = (uuid: string) =>
  world.query("select kind, version::int, data from outbox where uuid = $1", [uuid]);

const start = (uuid: string, editId: string = randomUUID()) => world.edits.startActionPlan({ uuid, editId });
const remove = (ident: string, editId: string = randomUUID()) =>
  world.edits.deleteActionPlan({ ident, editId });

const LEGAL: Record<string, string> = {
  "RECOMMENDED -> PENDING": "launched",
  "RECOMMENDED -> CANCELLED": "actions CANCELLED",
  "PENDING -> CANCELLED": "actions CANCELLED",
  "ONGOING -> CANCELLING": "",
};

describe("rest-api 7.2: PATCH of a plan", () => {
  for (const from of PLAN_STATES) {
    test.each(PLAN_STATES)(`${from} -> %s`, async (to) => {
      const { uuid } = await world.newPlan(from);
      const effect = LEGAL[`${from} -> ${to}`];
      world.told();
      if (effect === undefined) {
        expect(await failure(world.patchPlan(uuid, ["replace", "/state", to]))).toMatchObject({
          kind: "illegal-state",
          message: `State transition not allowed: (${from} -> ${to})`,
        });
        expect(await changes(uuid)).toEqual([]);
        return;
      }
      const plan = await world.patchPlan(uuid, ["replace", "/state", to]);
      expect(plan).toMatchObject({ uuid, state: to, updatedAt: expect.any(String) });
      expect(await planRow(uuid)).toEqual({ state: to, launched: effect === "launched", version: 2 });
      const cancelled = effect === "actions CANCELLED" ? "CANCELLED" : "PENDING";
      expect(await actionStates(uuid)).toEqual([cancelled, cancelled]);
      expect(await changes(uuid)).toMatchObject([
        { kind: "action_plan", version: 2, data: { state: to, actions: 2 } },
      ]);
      expect(world.told()).toEqual(to === "CANCELLED" ? ["committed"] : ["committed", "wake appliers"]);
    });
  }

  test("a patch that leaves the state is refused, [] too", async () => {
    const { uuid } = await world.newPlan("RECOMMENDED");
    for (const steps of [[], [["replace", "/hostname", "h"]]] as const) {
      expect(await failure(world.patchPlan(uuid, ...steps))).toMatchObject({
        message: "State transition not allowed: (RECOMMENDED -> RECOMMENDED)",
      });
    }
  });

  test("an unknown word, internal and unknown members", async () => {
    const { uuid } = await world.newPlan("RECOMMENDED");
    for (const [path, message] of [
      ["/state", "Invalid state: x"],
      ["/status_message", "'/status_message' is an internal attribute and can not be updated"],
      ["/uuid", "'/uuid' is an internal attribute and can not be updated"],
      ["/other", "Adding a new attribute (/other) to the root of  the resource is not allowed"],
    ] as const) {
      expect(await failure(world.patchPlan(uuid, ["add", path, "x"]))).toMatchObject({
        kind: "invalid-input",
        message,
      });
    }
  });

  test("a cancelled plan takes all its actions along, skipped ones too", async () => {
    const { uuid } = await world.newPlan("PENDING", ["PENDING", "SKIPPED"]);
    await world.patchPlan(uuid, ["replace", "/state", "CANCELLED"]);
    expect(await actionStates(uuid)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("an unknown plan, and an ident that is no UUID", async () => {
    for (const ident of [randomUUID(), "x", "1"]) {
      expect(await failure(world.patchPlan(ident, ["replace", "/state", "PENDING"]))).toMatchObject({
        kind: "not-found",
        message: `ActionPlan ${ident} could not be found`,
      });
    }
  });
});

describe("rest-api 7.3: start", () => {
  test.each(PLAN_STATES)("from %s", async (state) => {
    const { uuid } = await world.newPlan(state);
    if (state === "RECOMMENDED") {
      expect((await start(uuid)).actionPlan).toMatchObject({ uuid, state: "PENDING" });
      expect(await planRow(uuid)).toEqual({ state: "PENDING", launched: true, version: 2 });
    } else {
      expect(await failure(start(uuid))).toMatchObject({
        kind: "illegal-state",
        message: `Couldn't start when state is '${state}'.`,
      });
    }
  });

  test("a repeated start is answered with the plan as it is; another start is refused", async () => {
    const { uuid } = await world.newPlan("RECOMMENDED");
    const editId = randomUUID();
    await Promise.all([start(uuid, editId), start(uuid, editId), start(uuid, editId)]);
    expect(await planRow(uuid)).toMatchObject({ version: 2 });
    await world.query("update action_plan set state = 'ONGOING' where uuid = $1", [uuid]);
    expect((await start(uuid, editId)).actionPlan).toMatchObject({ state: "ONGOING" });
    expect(await failure(start(uuid))).toMatchObject({ message: "Couldn't start when state is 'ONGOING'." });
  });

  test("a plan that auto_trigger launched keeps its place in the queue", async () => {
    const { uuid } = await world.newPlan("RECOMMENDED");
    await world.query("update action_plan set launched_at = '2026-01-01T00:00:00Z' where uuid = $1", [uuid]);
    await start(uuid);
    const [row] = await world.query<{ launched: string }>(
      "select extract(year from launched_at)::text as launched from action_plan where uuid = $1",
      [uuid],
    );
    expect(row).toEqual({ launched: "2026" });
  });
});

describe("rest-api 7.4: DELETE of a plan", () => {
  test.each(PLAN_STATES)("from %s", async (state) => {
    const { uuid, actions } = await world.newPlan(state);
    if (!["RECOMMENDED", "SUCCEEDED", "FAILED", "SUPERSEDED", "CANCELLED"].includes(state)) {
      expect(await failure(remove(uuid))).toMatchObject({
        kind: "illegal-state",
        message: `Couldn't delete when state is '${state}'.`,
      });
      return;
    }
    const editId = randomUUID();
    await remove(uuid, editId);
    await remove(uuid, editId);
    const sql = autoCommit(world.orm);
    const plan = await getByUuid(sql, ACTION_PLANS, { uuid, showDeleted: true });
    expect(plan).toMatchObject({
      state: "DELETED",
      deletedAt: expect.any(String),
      efficacyIndicators: [{ name: "n" }],
    });
    const action = await getByUuid(sql, ACTIONS, { uuid: actions[0]!, showDeleted: true });
    expect(action).toMatchObject({ state: "DELETED", deletedAt: expect.any(String) });
    expect((await failure(getByUuid(sql, ACTIONS, { uuid: actions[1]!, showDeleted: false }))).kind).toBe(
      "not-found",
    );
    const indicators = `select i.deleted_at is not null as gone from efficacy_indicator i
      join action_plan p on p.id = i.action_plan_id where p.uuid = $1`;
    expect(await world.query(indicators, [uuid])).toEqual([{ gone: true }]);
    expect(await changes(uuid)).toMatchObject([
      { kind: "action_plan", version: 2, data: { state: "DELETED" } },
    ]);
    expect(await failure(remove(uuid))).toMatchObject({
      kind: "not-found",
      message: `ActionPlan ${uuid} could not be found`,
    });
  });
});

test("of a start and a cancel at once one finds what the other left", async () => {
  for (let round = 0; round < 10; round++) {
    const { uuid } = await world.newPlan("RECOMMENDED");
    const cancel = world.edits.patchActionPlan(patchOf(uuid, [["replace", "/state", "CANCELLED"]]));
    const [started, cancelled] = await Promise.allSettled([start(uuid), cancel]);
    // Whoever comes second: a started plan is cancelled still, a cancelled one is not started.
    expect(cancelled.status).toBe("fulfilled");
    expect((await planRow(uuid)).state).toBe("CANCELLED");
    expect(await planRow(uuid)).toMatchObject({ version: started.status === "fulfilled" ? 3 : 2 });
    expect(await actionStates(uuid)).toEqual(["CANCELLED", "CANCELLED"]);
  }
});
