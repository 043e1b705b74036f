import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, chain, Fixture, type Served } from "../testing/fixture.ts";
import { ResourceCalls } from "../testing/resource-calls.ts";
import { RoleProcess } from "../testing/role-process.ts";

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

const created = async (members: object = {}) => `/v1/audits/${await api.newAudit(members)}`;

const setState = (audit: string, value: unknown, op = "replace") => api.patch(audit, op, "/state", value);

/** An audit that went through these states. */
async function inState(...states: string[]): Promise<string> {
  const audit = await created();
  for (const state of states) {
    const answer = await setState(audit, state);
    if (answer.status !== 200) throw new Error(`${state} was refused: ${answer.fault}`);
  }
  return audit;
}

describe("rest-api 6.5 states by PATCH", () => {
  test.each([
    [["CANCELLED"]],
    [["ONGOING"]],
    [["ONGOING", "FAILED"]],
    [["ONGOING", "SUCCEEDED"]],
    [["ONGOING", "CANCELLED"]],
    [["ONGOING", "SUSPENDED"]],
    [["ONGOING", "SUSPENDED", "ONGOING"]],
  ])("PENDING -> %s", async (states) => {
    const audit = await inState(...states);
    expect((await api.get(audit)).body.state).toBe(states.at(-1));
  });

  test.each([
    [[], "PENDING", "PENDING"],
    [[], "PENDING", "SUCCEEDED"],
    [[], "PENDING", "DELETED"],
    [["ONGOING"], "ONGOING", "PENDING"],
    [["ONGOING"], "ONGOING", "ONGOING"],
    [["CANCELLED"], "CANCELLED", "PENDING"],
    [["ONGOING", "SUCCEEDED"], "SUCCEEDED", "ONGOING"],
    [["ONGOING", "SUSPENDED"], "SUSPENDED", "CANCELLED"],
    [[], "PENDING", "NONSENSE"],
  ])("trap 21: after %j, %s -> %s is 400", async (states, from, to) => {
    const audit = await inState(...states);
    for (const op of ["replace", "add"]) {
      const answer = await setState(audit, to, op);
      expect(answer.status).toBe(400);
      expect(answer.fault).toContain(`State transition not allowed: (${from} -> ${to})`);
    }
    expect((await api.get(audit)).body.state).toBe(from);
  });

  test("PATCH to DELETED is as a DELETE", async () => {
    const audit = await inState("CANCELLED");
    expect((await setState(audit, "DELETED")).status).toBe(200);
  });
});

describe("rest-api 6.6 PATCH /v1/audits/{audit}", () => {
  test.each([
    ["/interval", "2", { interval: "2" }],
    ["/interval", "*/5 * * * *", { interval: "*/5 * * * *" }],
    ["/auto_trigger", true, { auto_trigger: true }],
    ["/force", true, { force: true }],
    ["/parameters", { para1: 1 }, { parameters: { para1: 1, para2: "hello" } }],
    ["/parameters/para1", 7, { parameters: { para1: 7, para2: "hello" } }],
    ["/start_time", "2027-01-01 10:00:00+02:00", { start_time: "2027-01-01T08:00:00" }],
    ["/end_time", "2027-01-01T10:00:00.5Z", { end_time: "2027-01-01T10:00:00.500000" }],
    ["/hostname", "h", { hostname: "h" }],
  ])("%s: %j", async (path, value, members) => {
    for (const op of ["replace", "add"]) {
      const audit = await created();
      const answer = await api.patch(audit, op, path, value);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject(members);
      expect(answer.body.updated_at).not.toBeNull();
      expect((await api.get(audit)).body).toEqual(answer.body);
    }
  });

  test("trap 14: add interval=2 on a finished ONESHOT audit", async () => {
    const audit = await created({ audit_type: "ONESHOT" });
    for (const state of ["ONGOING", "SUCCEEDED"]) await setState(audit, state);
    const answer = await api.patch(audit, "add", "/interval", "2");
    expect(answer.status).toBe(200);
    expect(answer.body.interval).toBe("2");
  });

  test("remove /interval", async () => {
    expect(
      (await api.patch(await created({ interval: "5" }), "remove", "/interval")).body.interval,
    ).toBeNull();
  });

  test("times are not gated by microversion, and all of a patch are converted", async () => {
    const audit = await created();
    const patch = [
      { op: "replace", path: "/name", value: `timed ${audit.slice(-4)}` },
      { op: "replace", path: "/start_time", value: "2027-01-01T10:00:00+02:00" },
      { op: "replace", path: "/end_time", value: "2027-01-02T10:00:00+02:00" },
    ];
    expect((await api.send("PATCH", audit, patch, 0)).status).toBe(200);
    expect((await api.get(audit)).body).toMatchObject({
      start_time: "2027-01-01T08:00:00",
      end_time: "2027-01-02T08:00:00",
    });
  });

  test("an offset-less time is local to the server", async () => {
    const local = new Date(2027, 0, 1, 10).toISOString().slice(0, 19);
    const answer = await api.patch(await created(), "replace", "/end_time", "2027-01-01 10:00:00");
    expect(answer.body.end_time).toBe(local);
  });

  // All else here runs in the zone of the tests, mostly UTC, where nobody could tell local from UTC.
  test("the local zone is that of the server's process", async () => {
    const there = await RoleProcess.start("api", {
      ...fixture.env,
      VIGIL_AUTH: "none",
      TZ: "America/New_York",
    });
    try {
      const latest = { "openstack-api-version": "infra-optim latest" };
      const times = { start_time: "2027-01-01T10:00:00", end_time: "2027-07-01 10:00:00.5" };
      const members = { audit_type: "CONTINUOUS", goal: "dummy", interval: "3600", ...times };
      const made = await call(`${there.url}/v1/audits`, "POST", members, latest);
      expect(made.body).toMatchObject({
        start_time: "2027-01-01T15:00:00",
        end_time: "2027-07-01T14:00:00.500000",
      });
      const patch = [
        { op: "replace", path: "/start_time", value: "2027-03-15 10:00:00" },
        { op: "replace", path: "/end_time", value: "2027-07-01T10:00:00Z" },
      ];
      const url = `${there.url}/v1/audits/${made.body.uuid}`;
      expect((await call(url, "PATCH", patch, latest)).body).toMatchObject({
        start_time: "2027-03-15T14:00:00",
        end_time: "2027-07-01T10:00:00",
      });
    } finally {
      await there.stop();
    }
  });

  test("[] changes nothing", async () => {
    const audit = await created();
    const before = (await api.get(audit)).body;
    const answer = await api.send("PATCH", audit, []);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(before);
  });

  test.each([
    ["replace", "/start_time", "garbage", "start_time"],
    ["replace", "/end_time", 5, "end_time"],
    ["replace", "/interval", 5, "interval"],
    ["replace", "/interval", "0", "Expected an interval or cron syntax but received 0"],
    ["add", "/interval", "sometimes", "Expected an interval or cron syntax but received sometimes"],
    ["replace", "/parameters", { para1: "x" }, "Invalid parameters for strategy"],
    ["replace", "/parameters/para9", 1, "para9"],
    ["replace", "/scope", [{}], ""],
    ["replace", "/goal", "dummy", "/goal can't be updated."],
    ["replace", "/strategy", "dummy", "/strategy can't be updated."],
    ["add", "/colour", "red", "Adding a new attribute (/colour) to the root of  the resource is not allowed"],
    ["remove", "/colour", undefined, "Couldn't apply patch"],
    ["replace", "/audit_type", "NONSENSE", "Audit type NONSENSE could not be found"],
  ])("%s %s %j is 400 and changes nothing", async (op, path, value, text) => {
    const audit = await created();
    const before = (await api.get(audit)).body;
    const answer = await api.patch(audit, op, path, value);
    expect(answer.status).toBe(400);
    expect(answer.fault).toContain(text);
    expect((await api.get(audit)).body).toEqual(before);
  });

  test("the first operation is undone when a later one is refused", async () => {
    const audit = await created();
    const patch = [
      { op: "replace", path: "/auto_trigger", value: true },
      { op: "replace", path: "/state", value: "SUCCEEDED" },
    ];
    expect((await api.send("PATCH", audit, patch)).status).toBe(400);
    expect((await api.get(audit)).body).toMatchObject({ auto_trigger: false, updated_at: null });
  });

  test("a name that a live audit has is 409", async () => {
    await created({ name: "taken" });
    const answer = await api.patch(await created(), "replace", "/name", "taken");
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("An audit with UUID or name taken already exists");
  });

  test("by name and id as well as by UUID", async () => {
    await created({ name: "by name" });
    expect((await api.patch("/v1/audits/BY%20NAME", "replace", "/force", true)).body.force).toBe(true);
    expect((await api.send("PATCH", "/v1/audits/1", [])).status).toBe(200);
  });

  test("two patches of different members at once both count", async () => {
    const audit = await created();
    await Promise.all([
      api.patch(audit, "replace", "/auto_trigger", true),
      api.patch(audit, "replace", "/interval", "9"),
      api.patch(audit, "replace", "/hostname", "both"),
    ]);
    expect((await api.get(audit)).body).toMatchObject({
      auto_trigger: true,
      interval: "9",
      hostname: "both",
    });
  });
});

describe("rest-api 6.7 DELETE /v1/audits/{audit}", () => {
  test.each([
    [["CANCELLED"]],
    [["ONGOING", "SUCCEEDED"]],
    [["ONGOING", "FAILED"]],
    [["ONGOING", "SUSPENDED"]],
  ])("after %j: 204, then 404, and the name is free", async (states) => {
    const audit = await inState(...states);
    const { name } = (await api.get(audit)).body;
    const answer = await api.send("DELETE", audit, undefined, 7, {
      "content-type": "application/octet-stream",
    });
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect((await api.get(audit)).status).toBe(404);
    expect((await api.send("DELETE", audit)).status).toBe(404);
    expect((await api.get(audit, 7, { "x-show-deleted": "1" })).body).toMatchObject({
      state: "DELETED",
      name,
    });
    await created({ name });
  });

  test.each([
    [[], "PENDING"],
    [["ONGOING"], "ONGOING"],
  ] as [string[], string][])("trap 21: after %j: 400", async (states, state) => {
    const audit = await inState(...states);
    const answer = await api.send("DELETE", audit);
    expect(answer.status).toBe(400);
    expect(answer.fault).toBe(`Couldn't delete when state is '${state}'.`);
    expect((await api.get(audit)).body.state).toBe(state);
  });

  test("its action plans are kept", async () => {
    const uuid = await api.newAudit();
    const plan = await fixture.plan(uuid, chain(1));
    expect((await api.send("DELETE", `/v1/audits/${uuid}`)).status).toBe(204);
    expect((await api.get(`/v1/action_plans/${plan}`)).body.audit_uuid).toBe(uuid);
  });
});

describe("rest-api 1.7 order of checks", () => {
  test.each(["PATCH", "DELETE"])("%s: 404 for unknown ones, 403 for known ones", async (method) => {
    const member = { "x-roles": "member" };
    const body = method === "PATCH" ? [] : undefined;
    const audit = await created();
    const unknown = await api.send(method, "/v1/audits/nope", body, 7, member);
    expect(unknown.status).toBe(404);
    expect(unknown.fault).toBe("Audit nope could not be found");
    const known = await api.send(method, audit, body, 7, member);
    expect(known.status).toBe(403);
    const rule = method === "PATCH" ? "update" : "delete";
    expect(known.fault).toBe(`Policy doesn't allow audit:${rule} to be performed.`);
  });

  test("the policy comes before what the state allows", async () => {
    const audit = await created();
    const answer = await api.send("DELETE", audit, undefined, 7, { "x-roles": "member" });
    expect(answer.status).toBe(403);
  });
});
