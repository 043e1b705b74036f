import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fixture, type Served } from "../testing/fixture.ts";
import { ResourceCalls } from "../testing/resource-calls.ts";

const UNKNOWN = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";

let fixture: Fixture;
let served: Served;
let api: ResourceCalls;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
  api = new ResourceCalls(fixture, served);
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

const setState = (plan: string, value: unknown, op = "replace") => api.patch(plan, op, "/state", value);

const start = (plan: string, body?: unknown) => api.send("POST", `${plan}/start`, body);

const stateOf = async (plan: string): Promise<string> => (await api.get(plan)).body.state;

async function actionStates(plan: string): Promise<string[]> {
  const { actions } = (await api.get(`/v1/actions?action_plan_uuid=${plan.split("/").at(-1)}`)).body;
  return actions.map((action: { state: string }) => action.state);
}

/** A plan that an applier has taken. */
async function ongoingPlan(): Promise<string> {
  const plan = await api.newPlan();
  await start(plan);
  await fixture.claimPlan(plan.split("/").at(-1) as string);
  return plan;
}

describe("rest-api 7.2 PATCH /v1/action_plans/{uuid}", () => {
  test.each(["replace", "add"])("RECOMMENDED -> PENDING by %s", async (op) => {
    const plan = await api.newPlan();
    const answer = await setState(plan, "PENDING", op);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ state: "PENDING" });
    expect(answer.body.updated_at).not.toBeNull();
    expect((await api.get(plan)).body).toEqual(answer.body);
    expect(await actionStates(plan)).toEqual(["PENDING", "PENDING"]);
  });

  test("RECOMMENDED -> CANCELLED: all its actions become CANCELLED", async () => {
    const plan = await api.newPlan();
    expect((await setState(plan, "CANCELLED")).body.state).toBe("CANCELLED");
    expect(await actionStates(plan)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("PENDING -> CANCELLED: all its actions become CANCELLED", async () => {
    const plan = await api.newPlan();
    await setState(plan, "PENDING");
    expect((await setState(plan, "CANCELLED")).body.state).toBe("CANCELLED");
    expect(await actionStates(plan)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("ONGOING -> CANCELLING, as trap 12: the applier stops it", async () => {
    const plan = await ongoingPlan();
    expect(await stateOf(plan)).toBe("ONGOING");
    expect((await setState(plan, "CANCELLED")).fault).toBe(
      "State transition not allowed: (ONGOING -> CANCELLED)",
    );
    expect((await setState(plan, "CANCELLING")).body.state).toBe("CANCELLING");
  });

  test.each(["RECOMMENDED", "ONGOING", "SUCCEEDED", "FAILED", "CANCELLING", "SUPERSEDED", "DELETED"])(
    "RECOMMENDED -> %s is 400",
    async (to) => {
      const plan = await api.newPlan(1);
      const answer = await setState(plan, to);
      expect(answer.status).toBe(400);
      expect(answer.fault).toBe(`State transition not allowed: (RECOMMENDED -> ${to})`);
      expect(await stateOf(plan)).toBe("RECOMMENDED");
    },
  );

  test("a patch that does not touch the state is 400, [] included", async () => {
    const plan = await api.newPlan(1);
    for (const patch of [[], [{ op: "replace", path: "/hostname", value: "h" }]]) {
      const answer = await api.send("PATCH", plan, patch);
      expect(answer.status).toBe(400);
      expect(answer.fault).toContain("State transition not allowed: (RECOMMENDED -> RECOMMENDED)");
    }
  });

  test.each([
    ["replace", "/state", "NOPE", "Invalid state: NOPE"],
    ["replace", "/status_message", "x", "'/status_message' is an internal attribute and can not be updated"],
    ["replace", "/uuid", "x", "'/uuid' is an internal attribute and can not be updated"],
    ["remove", "/state", undefined, "State transition not allowed"],
    ["add", "/colour", 1, "Adding a new attribute (/colour) to the root of  the resource is not allowed"],
  ])("trap 30: %s %s %j is 400", async (op, path, value, text) => {
    const plan = await api.newPlan(1);
    const answer = await api.patch(plan, op, path, value);
    expect(answer.status).toBe(400);
    expect(answer.fault).toContain(text);
  });
});

describe("rest-api 7.3 POST /v1/action_plans/{uuid}/start", () => {
  test.each([[undefined], [{}], [{ anything: 1 }]])("with the body %j: 200, PENDING", async (body) => {
    const plan = await api.newPlan(1);
    const answer = await start(plan, body);
    expect(answer.status).toBe(200);
    expect(answer.body.state).toBe("PENDING");
    expect((await api.get(plan)).body).toEqual(answer.body);
  });

  test("only from RECOMMENDED", async () => {
    const plan = await api.newPlan(1);
    await setState(plan, "CANCELLED");
    const answer = await start(plan);
    expect(answer.status).toBe(400);
    expect(answer.fault).toBe("Couldn't start when state is 'CANCELLED'.");
  });

  test("started twice: the second is 400", async () => {
    const plan = await api.newPlan(1);
    expect((await start(plan)).status).toBe(200);
    expect((await start(plan)).fault).toBe("Couldn't start when state is 'PENDING'.");
  });

  test("started several times at once: exactly one counts", async () => {
    const plan = await api.newPlan(1);
    const answers = await Promise.all([start(plan), start(plan), start(plan), start(plan)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400, 400]);
  });

  test("unknown is 404", async () => {
    const answer = await start(`/v1/action_plans/${UNKNOWN}`);
    expect(answer.status).toBe(404);
    expect(answer.fault).toBe(`ActionPlan ${UNKNOWN} could not be found`);
  });
});

describe("rest-api 7.4 DELETE /v1/action_plans/{uuid}", () => {
  test("trap 31: from RECOMMENDED: 204; the plan is 404, and its actions are gone", async () => {
    const plan = await api.newPlan();
    const [action] = await api.actionsOf(plan);
    const answer = await api.send("DELETE", plan);
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect((await api.get(plan)).status).toBe(404);
    expect((await api.send("DELETE", plan)).status).toBe(404);
    expect(await api.actionsOf(plan)).toEqual([]);
    expect((await api.get(action as string)).status).toBe(404);
    expect((await api.get(plan, 7, { "x-show-deleted": "1" })).body.state).toBe("DELETED");
  });

  test("from CANCELLED", async () => {
    const plan = await api.newPlan(1);
    await setState(plan, "CANCELLED");
    expect((await api.send("DELETE", plan)).status).toBe(204);
  });

  test("from PENDING, ONGOING, CANCELLING: 400", async () => {
    const plan = await api.newPlan(1);
    const refusedIn = async (state: string) => {
      const answer = await api.send("DELETE", plan);
      expect(answer.status).toBe(400);
      expect(answer.fault).toBe(`Couldn't delete when state is '${state}'.`);
    };
    await start(plan);
    await refusedIn("PENDING");
    await fixture.claimPlan(plan.split("/").at(-1) as string);
    await refusedIn("ONGOING");
    await setState(plan, "CANCELLING");
    await refusedIn("CANCELLING");
  });
});

describe("rest-api 1.7 order of checks", () => {
  test.each([
    ["PATCH", "", "update"],
    ["DELETE", "", "delete"],
    ["POST", "/start", "start"],
  ])("%s %s: 404 for unknown ones, 403 for known ones, before the state", async (method, suffix, rule) => {
    const member = { "x-roles": "member" };
    const body = method === "PATCH" ? [] : undefined;
    const plan = await api.newPlan(1);
    const unknown = await api.send(method, `/v1/action_plans/${UNKNOWN}${suffix}`, body, 7, member);
    expect(unknown.status).toBe(404);
    const known = await api.send(method, `${plan}${suffix}`, body, 7, member);
    expect(known.status).toBe(403);
    expect(known.fault).toBe(`Policy doesn't allow action_plan:${rule} to be performed.`);
    expect(await stateOf(plan)).toBe("RECOMMENDED");
  });
});

describe("rest-api 7.6 PATCH /v1/actions/{uuid}", () => {
  const REASON = "Action skipped by user. Reason: not now";

  async function newAction(): Promise<{ plan: string; action: string }> {
    const plan = await api.newPlan(1);
    return { plan, action: (await api.actionsOf(plan))[0] as string };
  }

  const skip = (action: string, message?: string, minor = 7) =>
    api.send(
      "PATCH",
      action,
      [
        { op: "replace", path: "/state", value: "SKIPPED" },
        ...(message === undefined ? [] : [{ op: "replace", path: "/status_message", value: message }]),
      ],
      minor,
    );

  test.each([5, 7])("row 6: PENDING -> SKIPPED at 1.%i, with the exact message", async (minor) => {
    const { action } = await newAction();
    const answer = await skip(action, undefined, minor);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ state: "SKIPPED", status_message: "Action skipped by user." });
    expect((await api.get(action, minor)).body).toEqual(answer.body);
  });

  test("row 6: with a reason", async () => {
    const { action } = await newAction();
    expect((await skip(action, "not now")).body.status_message).toBe(REASON);
  });

  test("row 6: another reason later; an unchanged one stays", async () => {
    const { action } = await newAction();
    await skip(action, "not now");
    const same = await api.patch(action, "replace", "/status_message", REASON);
    expect(same.body.status_message).toBe(REASON);
    const other = await api.patch(action, "replace", "/status_message", "never");
    expect(other.body.status_message).toBe("Action skipped by user. Reason: never");
  });

  test("row 6: an empty patch changes nothing", async () => {
    const { action } = await newAction();
    const answer = await api.send("PATCH", action, []);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ state: "PENDING", status_message: null });
  });

  test.each(["ONGOING", "SUCCEEDED", "FAILED", "CANCELLED"])("row 3: PENDING -> %s is 409", async (to) => {
    const { action } = await newAction();
    const answer = await api.patch(action, "replace", "/state", to);
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe(`State transition not allowed: (PENDING -> ${to})`);
  });

  test("row 3: a skipped one stays skipped", async () => {
    const { action } = await newAction();
    await skip(action);
    const answer = await api.patch(action, "replace", "/state", "PENDING");
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("State transition not allowed: (SKIPPED -> PENDING)");
  });

  test("row 4: while the plan is PENDING it may be skipped, while it is ONGOING not: 409", async () => {
    const { plan, action } = await newAction();
    await start(plan);
    expect((await skip(action)).status).toBe(200);

    const ongoing = await ongoingPlan();
    const answer = await skip((await api.actionsOf(ongoing))[0] as string);
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("State update not allowed for actionplan state: ONGOING");
  });

  test("row 5: a message alone is 409 unless the action is SKIPPED", async () => {
    const { action } = await newAction();
    const answer = await api.patch(action, "replace", "/status_message", "x");
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("status_message update only allowed when action state is SKIPPED");
  });

  test("1.7: 404 for unknown ones, 403 for known ones", async () => {
    const member = { "x-roles": "member" };
    const { action } = await newAction();
    expect((await api.send("PATCH", `/v1/actions/${UNKNOWN}`, [], 7, member)).status).toBe(404);
    const known = await api.send("PATCH", action, [], 7, member);
    expect(known.status).toBe(403);
    expect(known.fault).toBe("Policy doesn't allow action:update to be performed.");
  });
});
