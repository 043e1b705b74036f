import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, call, Fixture, type Served } from "../testing/fixture.ts";

let fixture: Fixture;
let served: Served;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

const v = (minor: number) => ({ "openstack-api-version": `infra-optim 1.${minor}` });

function post(body: Record<string, unknown>, minor = 7): Promise<Answer> {
  return call(`${served.url}/v1/audits`, "POST", { audit_type: "EVENT", goal: "dummy", ...body }, v(minor));
}

const get = (path: string, minor = 7, headers = {}) =>
  call(`${served.url}${path}`, "GET", undefined, { ...v(minor), ...headers });

describe("rest-api 6.2 POST /v1/audits", () => {
  test("201, Location, and the show view as the body", async () => {
    const created = await post({ name: "first", strategy: "dummy" });
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe(`${served.url}/v1/audits/${created.body.uuid}`);
    expect((await get(`/v1/audits/${created.body.uuid}`)).body).toEqual(created.body);
    expect(created.body).toMatchObject({
      name: "first",
      audit_type: "EVENT",
      state: "PENDING",
      goal_name: "dummy",
      strategy_name: "dummy",
      parameters: { para1: 3.2, para2: "hello" },
      scope: [],
      interval: null,
      hostname: null,
      start_time: null,
      status_message: null,
      updated_at: null,
    });
    expect(created.body.links).toEqual([
      { href: `${served.url}/v1/audits/${created.body.uuid}`, rel: "self" },
      { href: `${served.url}/audits/${created.body.uuid}`, rel: "bookmark" },
    ]);
  });

  test("trap 20: show equals create for an EVENT audit", async () => {
    const created = await post({ parameters: null, interval: null });
    expect(created.status).toBe(201);
    expect((await get(`/v1/audits/${created.body.uuid}`)).body).toEqual(created.body);
  });

  test("members of 1.0: no times, no status message, force shown as false", async () => {
    const created = await post({ force: true }, 0);
    expect(created.status).toBe(201);
    expect(created.body).not.toHaveProperty("start_time");
    expect(created.body).not.toHaveProperty("status_message");
    expect(created.body.force).toBe(false);
    expect((await get(`/v1/audits/${created.body.uuid}`, 2)).body.force).toBe(true);
  });

  test("times are stored in UTC and shown without an offset", async () => {
    const created = await post({
      start_time: "2027-01-01 10:00:00+02:00",
      end_time: "2027-01-01T10:00:00.5Z",
    });
    expect(created.body).toMatchObject({
      start_time: "2027-01-01T08:00:00",
      end_time: "2027-01-01T10:00:00.500000",
    });
  });

  test("usual texts stand for booleans", async () => {
    expect((await post({ auto_trigger: "yes" })).body.auto_trigger).toBe(true);
  });

  test("data limits: a long name is cut to 63 characters", async () => {
    const created = await post({ name: "n".repeat(100) });
    expect(created.status).toBe(201);
    expect(created.body.name).toBe("n".repeat(63));
  });
});

describe("rest-api 6.3 validation", () => {
  test("row 9: EVENT stores interval and times and ignores them", async () => {
    const created = await post({ interval: "10", start_time: "2027-01-01" });
    expect(created.body).toMatchObject({ interval: "10", state: "PENDING", next_run_time: null });
  });

  test("row 10: an unknown template", async () => {
    const body = { audit_type: "EVENT", audit_template_uuid: "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21" };
    const answer = await call(`${served.url}/v1/audits`, "POST", body);
    expect(answer.status).toBe(400);
    expect(answer.fault).toBe("The audit template UUID or name specified is invalid");
  });

  test.each([
    ["the strategy's name", { strategy: "dummy" }, /^dummy-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/],
    ["the goal's name", { goal: "workload_balancing" }, /^workload_balancing-\d{4}-\d\d-\d\dT/],
  ])("row 11: without a name, %s and the time", async (_base, body, form) => {
    expect((await post(body)).body.name).toMatch(form);
  });

  test.each([
    ["row 12: unknown goal", { goal: "nope" }, "Goal nope could not be found"],
    ["row 12: unknown goal with a name", { goal: "nope", name: "x12" }, "Goal nope could not be found"],
    ["row 12: unknown strategy", { strategy: "nope" }, "Strategy nope could not be found"],
    [
      "row 12: unknown strategy with a name",
      { strategy: "nope", name: "y12" },
      "Strategy nope could not be found",
    ],
  ])("%s is 404", async (_row, body, text) => {
    const answer = await post(body);
    expect(answer.status).toBe(404);
    expect(answer.fault).toBe(text);
  });

  test("row 12: a strategy of another goal is taken", async () => {
    expect((await post({ goal: "unclassified", strategy: "dummy" })).status).toBe(201);
  });

  test("row 14: a name that a live audit has is 409", async () => {
    expect((await post({ name: "twice" })).status).toBe(201);
    const answer = await post({ name: "twice" });
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("An audit with UUID or name twice already exists");
  });

  test("goal and strategy by UUID and by id", async () => {
    const goal = (await get("/v1/goals/dummy")).body;
    const created = await post({ goal: goal.uuid, strategy: "DUMMY" });
    expect(created.body).toMatchObject({ goal_name: "dummy", strategy_name: "dummy" });
  });
});

describe("rest-api 6.4 parameters", () => {
  test.each([
    ["absent: defaults", { strategy: "dummy" }, { para1: 3.2, para2: "hello" }],
    ["given ones win", { strategy: "dummy", parameters: { para1: 4 } }, { para1: 4, para2: "hello" }],
    ["null: no defaults", { strategy: "dummy", parameters: null }, {}],
    ["no strategy", {}, {}],
    ["no strategy, empty parameters", { parameters: {} }, {}],
  ])("%s", async (_case, body, stored) => {
    const created = await post(body);
    expect(created.status).toBe(201);
    expect(created.body.parameters).toEqual(stored);
  });

  test.each([
    [
      "a schema failure",
      { strategy: "dummy", parameters: { para1: "x" } },
      /^Invalid parameters for strategy: /,
    ],
    [
      "an unlisted member",
      { strategy: "dummy", parameters: { x: 1 } },
      /^Audit parameter x are not allowed$/,
    ],
    [
      "no strategy",
      { parameters: { para1: 1 } },
      /^Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy$/,
    ],
  ])("%s is 400", async (_case, body, text) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.fault).toMatch(text);
  });
});

describe("rest-api 1.7 and 1.10 one audit", () => {
  test("by id, UUID and name in any case", async () => {
    const { uuid } = (await post({ name: "Möglich: 1.5 %" })).body;
    const name = encodeURIComponent("möglich: 1.5 %");
    expect((await get(`/v1/audits/${uuid}`)).body.uuid).toBe(uuid);
    expect((await get(`/v1/audits/${name}`)).body.uuid).toBe(uuid);
    expect((await get(`/audits/${name}/`)).body.uuid).toBe(uuid);
    expect((await get("/v1/audits/1")).body.uuid).toBe((await get("/v1/audits?limit=1")).body.audits[0].uuid);
  });

  test("a UUID in another form is not found", async () => {
    const { uuid } = (await post({})).body;
    for (const form of [uuid.toUpperCase(), uuid.replaceAll("-", "")]) {
      const answer = await get(`/v1/audits/${form}`);
      expect(answer.status).toBe(404);
      expect(answer.fault).toBe(`Audit ${form} could not be found`);
    }
  });

  test("without rights: 404 for unknown ids, 403 for known ones", async () => {
    const { uuid } = (await post({})).body;
    const member = { "x-roles": "member" };
    expect((await get("/v1/audits/nobody", 7, member)).status).toBe(404);
    const known = await get(`/v1/audits/${uuid}`, 7, member);
    expect(known.status).toBe(403);
    expect(known.fault).toBe("Policy doesn't allow audit:get to be performed.");
  });

  test("trap 13: a name that ends like an extension is a name", async () => {
    const { uuid } = (await post({ name: "load.740198" })).body;
    expect((await get("/v1/audits/load.740198")).body.uuid).toBe(uuid);
  });
});

describe("rest-api 1.8 lists of audits", () => {
  test("trap 23: limit=3 gives 3 items and next with the last UUID; next leads on", async () => {
    for (let n = 0; n < 4; n++) await post({ goal: "saving_energy" });
    const first = (await get("/v1/audits/?goal=saving_energy&limit=3")).body;
    expect(first.audits).toHaveLength(3);
    expect(first.next).toBe(
      `${served.url}/v1/audits?sort_key=id&sort_dir=asc&limit=3&marker=${first.audits[2].uuid}&goal=saving_energy`,
    );
    const second = (await call(first.next)).body;
    expect(second.audits).toHaveLength(1);
    expect(second).not.toHaveProperty("next");
  });

  test("a full last page leads to an empty one", async () => {
    const page = (await get("/v1/audits/detail?goal=saving_energy&limit=4")).body;
    expect(page.next).toContain("/v1/audits/detail?");
    expect((await call(page.next)).body).toEqual({ audits: [] });
  });

  test("the short list has no details and force is false", async () => {
    await post({ goal: "noisy_neighbor", force: true });
    const [short] = (await get("/v1/audits?goal=noisy_neighbor")).body.audits;
    expect(short).not.toHaveProperty("parameters");
    expect(short.force).toBe(false);
    const [detail] = (await get("/v1/audits/detail?goal=noisy_neighbor")).body.audits;
    expect(detail).toMatchObject({ parameters: {}, force: true });
  });

  test("filters take UUID or name; one that names nothing gives an empty list", async () => {
    const goal = (await get("/v1/goals/saving_energy")).body;
    expect((await get(`/v1/audits?goal=${goal.uuid}`)).body.audits).toHaveLength(4);
    expect((await get("/v1/audits?goal=nothing")).body).toEqual({ audits: [] });
    expect((await get("/v1/audits?strategy=nothing&goal=dummy")).body).toEqual({ audits: [] });
  });

  test("order by key and direction; nulls first", async () => {
    const names = async (query: string) =>
      (await get(`/v1/audits?goal=saving_energy&${query}`)).body.audits.map((a: { name: string }) => a.name);
    const ascending = await names("sort_key=name");
    expect(ascending).toEqual([...ascending].sort());
    expect(await names("sort_key=name&sort_dir=desc")).toEqual([...ascending].reverse());
    expect((await get("/v1/audits?sort_key=strategy_name&limit=1")).body.audits[0].strategy_name).toBeNull();
  });

  test.each([
    ["sort_key=goal", "Invalid sort key: goal"],
    ["sort_key=audit_template_uuid", "Invalid sort key: audit_template_uuid"],
    ["sort_dir=up", "Invalid sort direction: up. Acceptable values are 'asc' or 'desc'"],
  ])("%s is 400", async (query, text) => {
    const answer = await get(`/v1/audits?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.fault).toBe(text);
  });

  test.each([
    "id,uuid,name,audit_type,state,parameters,interval,scope,goal_id,strategy_id,auto_trigger",
    "next_run_time,hostname,start_time,end_time,force,status_message",
    "goal_uuid,goal_name,strategy_uuid,strategy_name,created_at,updated_at,deleted_at",
  ])("sort keys %s", async (keys) => {
    for (const key of keys.split(",")) expect((await get(`/v1/audits?sort_key=${key}`)).status).toBe(200);
  });

  test("an unknown marker is 404", async () => {
    const answer = await get("/v1/audits?marker=4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21");
    expect(answer.status).toBe(404);
  });

  test("a limit above the maximum is cut to it, and next says so", async () => {
    const small = await fixture.serve({ listLimitMax: 2 });
    try {
      const page = (await call(`${small.url}/v1/audits?limit=50`)).body;
      expect(page.audits).toHaveLength(2);
      expect(new URL(page.next).searchParams.get("limit")).toBe("2");
    } finally {
      await small.stop();
    }
  });
});

describe("rest-api 1.9 links behind a proxy", () => {
  test("object links and next have no prefix, Location has", async () => {
    const proxied = await fixture.serve({ proxyHeaders: true });
    const headers = {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "cloud",
      "x-forwarded-prefix": "/infra",
    };
    try {
      const body = { audit_type: "EVENT", goal: "dummy" };
      const created = await call(`${proxied.url}/v1/audits`, "POST", body, headers);
      expect(created.headers.get("location")).toBe(`https://cloud/infra/v1/audits/${created.body.uuid}`);
      expect(created.body.links[0].href).toBe(`https://cloud/v1/audits/${created.body.uuid}`);
      const page = await call(`${proxied.url}/v1/audits?limit=1`, "GET", undefined, headers);
      expect(page.body.next).toMatch(/^https:\/\/cloud\/v1\/audits\?/);
    } finally {
      await proxied.stop();
    }
  });
});
