/** 1.9 to 1.11: links, identifiers, times. */

import { beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, call, patch } from "../calls.ts";
import { contract } from "../contract.ts";
import { NOWHERE, newAudit, newName, newPlan, newTemplate, WITH_OFFSET, WITHOUT_OFFSET } from "../given.ts";

const COLLECTIONS = [
  ...["goals", "strategies", "audit_templates", "audits"],
  ...["action_plans", "actions", "scoring_engines", "services"],
];

describe("1.9 links", () => {
  beforeAll(async () => {
    await newTemplate();
    await newPlan();
  });

  it.each(COLLECTIONS)("of %s: self and bookmark, in lists and shows", async (collection) => {
    const headers = { host: "vigil.example:9322" };
    for (const detail of ["", "/detail"]) {
      const { body } = await call(`GET /v1/${collection}${detail}`, { headers });
      expect(body[collection].length).toBeGreaterThan(0);
      for (const { uuid, id, links } of body[collection]) {
        expect(links).toEqual([
          { href: `http://vigil.example:9322/v1/${collection}/${uuid ?? id}`, rel: "self" },
          { href: `http://vigil.example:9322/${collection}/${uuid ?? id}`, rel: "bookmark" },
        ]);
      }
      const [first] = body[collection];
      const shown = await call(`GET /v1/${collection}/${first.uuid ?? first.id}`, { headers });
      expect(shown.body.links).toEqual(first.links);
      const marked = await call(`GET ${new URL(first.links[1].href).pathname}`);
      expect(marked.status).toBe(200);
    }
  });

  it.each([
    [{ "x-forwarded-proto": "https", "x-forwarded-host": "cloud.example" }, "https://cloud.example"],
    [
      { "x-forwarded-proto": "https", "x-forwarded-host": "cloud.example", "x-forwarded-port": "8443" },
      "https://cloud.example:8443",
    ],
    [{ forwarded: "for=10.0.0.1;proto=https;host=other.example" }, "https://other.example"],
  ])(
    "%j is honoured where a proxy is trusted, and only there",
    async (headers: Record<string, string>, origin) => {
      const trusted = await call("GET /v1/goals/dummy", {
        at: "open",
        token: null,
        headers: { ...headers, "x-roles": "admin" },
      });
      expect(trusted.body.links[0].href).toBe(`${origin}/v1/goals/${trusted.body.uuid}`);
      const untrusted = await call("GET /v1/goals/dummy", { headers });
      expect(untrusted.body.links[0].href).toBe(`${contract().urls.api}/v1/goals/${untrusted.body.uuid}`);
    },
  );

  it("a mount prefix is in discovery and Location, and neither in links of objects nor in next", async () => {
    const mounted = (line: string, options: CallOptions = {}) =>
      call(line, {
        at: "open",
        token: null,
        ...options,
        headers: { "x-roles": "admin", "x-forwarded-prefix": "/infra-optim", host: "cloud.example" },
      });
    const { body: v1 } = await mounted("GET /v1");
    expect(v1.links[0].href).toBe("http://cloud.example/infra-optim/v1/");
    expect(v1.audits[0].href).toBe("http://cloud.example/infra-optim/v1/audits/");
    const { body: goals } = await mounted("GET /v1/goals?limit=1");
    expect(goals.next).toMatch(/^http:\/\/cloud\.example\/v1\/goals\?/);
    expect(goals.goals[0].links[0].href).toMatch(/^http:\/\/cloud\.example\/v1\/goals\//);
    const made = await mounted("POST /v1/audit_templates", { body: { name: newName(), goal: "dummy" } });
    expect(made.headers.location).toBe(
      `http://cloud.example/infra-optim/v1/audit_templates/${made.body.uuid}`,
    );
  });
});

describe("1.10 identifiers", () => {
  const idOf = async (table: string, uuid: string) =>
    (await contract().system.rows<{ id: string }>(`select id from ${table} where uuid = $1`, [uuid]))[0]!.id;

  it.each([
    ["goals", "goal", "/v1/goals/dummy"],
    ["strategies", "strategy", "/v1/strategies/dummy"],
    ["scoring_engines", "scoring_engine", "/v1/scoring_engines/dummy_scorer"],
    ["audits", "audit", "POST"],
    ["audit_templates", "audit_template", "POST"],
  ])("row 1: %s by integer id, uuid and name in any case", async (collection, table, path) => {
    const make = () => (collection === "audits" ? newAudit() : newTemplate());
    const one = path === "POST" ? await make() : (await call(`GET ${path}`)).body;
    for (const ident of [await idOf(table, one.uuid), one.uuid, one.name, one.name.toUpperCase()]) {
      const answer = await call(`GET /v1/${collection}/${ident}`);
      expect([answer.status, answer.body.uuid]).toEqual([200, one.uuid]);
    }
  });

  it("row 1: the exact case goes first, and other names of the same letters may live beside it", async () => {
    const name = newName("Case");
    const [mixed, lower] = [await newAudit({ name }), await newAudit({ name: name.toLowerCase() })];
    expect((await call(`GET /v1/audits/${name}`)).body.uuid).toBe(mixed.uuid);
    expect((await call(`GET /v1/audits/${name.toLowerCase()}`)).body.uuid).toBe(lower.uuid);
  });

  it("row 2: services by integer id and name", async () => {
    const { body } = await call("GET /v1/services/watcher-decision-engine");
    expect((await call(`GET /v1/services/${body.id}`)).body.name).toBe("watcher-decision-engine");
  });

  it.each(["action_plans", "actions"])("row 3: %s by uuid only", async (collection) => {
    for (const ident of ["1", "name", "12345678"]) {
      expect((await call(`GET /v1/${collection}/${ident}`)).status).toBe(400);
    }
    expect((await call(`GET /v1/${collection}/${NOWHERE}`)).status).toBe(404);
  });

  it("row 4: webhooks by integer id, uuid and name", async () => {
    const audit = await newAudit();
    for (const ident of [await idOf("audit", audit.uuid), audit.uuid, audit.name]) {
      expect((await call(`POST /v1/webhooks/${ident}`, { at: "edge", body: {} })).status).toBe(202);
    }
  });

  it("row 5: the template of an audit by uuid only", async () => {
    const { uuid, name } = await newTemplate();
    const post = (ident: string) =>
      call("POST /v1/audits", { body: { audit_type: "EVENT", audit_template_uuid: ident } });
    expect((await post(uuid)).status).toBe(201);
    expect((await post(name)).status).toBe(400);
    expect((await post(await idOf("audit_template", uuid))).status).toBe(400);
  });

  it("row 6: goal and strategy of an audit by id as text, uuid or name", async () => {
    const goal = (await call("GET /v1/goals/dummy")).body;
    const strategy = (await call("GET /v1/strategies/dummy")).body;
    const goals = [await idOf("goal", goal.uuid), goal.uuid, "dummy", "DUMMY"];
    const strategies = [await idOf("strategy", strategy.uuid), strategy.uuid, "dummy", "DUMMY"];
    for (const [index, ident] of goals.entries()) {
      const made = await newAudit({ goal: ident, strategy: strategies[index] });
      expect(made).toMatchObject({ goal_uuid: goal.uuid, strategy_uuid: strategy.uuid });
    }
  });

  it("a name that looks like an integer is only reached through its uuid", async () => {
    const name = `9${Date.now()}`;
    const { uuid } = await newAudit({ name });
    expect((await call(`GET /v1/audits/${name}`)).status).toBe(404);
    expect((await call(`GET /v1/audits/${uuid}`)).body.name).toBe(name);
  });

  it.each([
    ["in upper case", (uuid: string) => uuid.toUpperCase()],
    ["without dashes", (uuid: string) => uuid.replaceAll("-", "")],
  ])("uuids %s are recognised as uuids and then not found", async (_form, turn) => {
    const plan = (await call("GET /v1/action_plans?limit=1")).body.action_plans[0];
    const { uuid } = await uuidWithLetters();
    for (const path of [`/v1/audits/${turn(uuid)}`, `/v1/action_plans/${turn(withLetter(plan.uuid))}`]) {
      expect((await call(`GET ${path}`)).status).toBe(404);
    }
  });

  it("goal lookup succeeds for DUMMY", async () => {
    expect((await call("GET /v1/goals/DUMMY")).body.name).toBe("dummy");
    expect((await call("GET /v1/strategies?goal=DUMMY")).body.strategies).toHaveLength(3);
  });

  it.each(["audits", "audit_templates"])("deleting one of %s frees its name", async (collection) => {
    const make = (name: string) => (collection === "audits" ? newAudit({ name }) : newTemplate({ name }));
    const { uuid, name } = await make(newName());
    if (collection === "audits") await patch(`/v1/audits/${uuid}`, "replace", "/state", "CANCELLED");
    expect((await call(`DELETE /v1/${collection}/${uuid}`)).status).toBe(204);
    const again = await make(name);
    expect(again.uuid).not.toBe(uuid);
    expect((await call(`GET /v1/${collection}/${name}`)).body.uuid).toBe(again.uuid);
  });
});

/** Some audit whose uuid differs in upper case; all but one in 10^6 do. */
async function uuidWithLetters() {
  const audit = await newAudit();
  expect(audit.uuid.toUpperCase()).not.toBe(audit.uuid);
  return audit;
}
const withLetter = (uuid: string) => (/[a-f]/.test(uuid) ? uuid : NOWHERE);

describe("1.11 times", () => {
  it("row 1: created_at, updated_at and deleted_at are UTC with the offset, null until set", async () => {
    const made = await newAudit();
    expect(made).toMatchObject({
      created_at: expect.stringMatching(WITH_OFFSET),
      updated_at: null,
      deleted_at: null,
    });
    expect(Math.abs(Date.parse(made.created_at) - Date.now())).toBeLessThan(60_000);
    const { body } = await patch(`/v1/audits/${made.uuid}`, "replace", "/state", "CANCELLED");
    expect(body.updated_at).toMatch(WITH_OFFSET);
    expect(body.created_at).toBe(made.created_at);
    await call(`DELETE /v1/audits/${made.uuid}`);
    const deleted = await call(`GET /v1/audits/${made.uuid}`, { headers: { "x-show-deleted": "1" } });
    expect(deleted.body.deleted_at).toMatch(WITH_OFFSET);
  });

  it("row 2: start_time and end_time have no offset, and a fraction only if there is one", async () => {
    const made = await newAudit({
      start_time: "2041-01-01T08:00:00Z",
      end_time: "2042-01-01T08:00:00.25+00:00",
    });
    expect(made).toMatchObject({ start_time: "2041-01-01T08:00:00", end_time: "2042-01-01T08:00:00.250000" });
  });

  it("row 2: last_seen_up and next_run_time have no offset", async () => {
    const { body } = await call("GET /v1/services/watcher-decision-engine");
    expect(body.last_seen_up).toMatch(WITHOUT_OFFSET);
  });

  it("a fraction of zero is left out of created_at too", async () => {
    const { uuid } = await newAudit();
    await contract().system.rows("update audit set created_at = '2026-11-22T16:48:53Z' where uuid = $1", [
      uuid,
    ]);
    expect((await call(`GET /v1/audits/${uuid}`)).body.created_at).toBe("2026-11-22T16:48:53+00:00");
  });

  it.each([
    ["2041-06-01T10:00:00+02:00", "2041-06-01T08:00:00"],
    ["2041-06-01 10:00:00+02:00", "2041-06-01T08:00:00"],
    ["2041-06-01T10:00:00.5Z", "2041-06-01T10:00:00.500000"],
    ["2041-06-01 10:00:00Z", "2041-06-01T10:00:00"],
    ["2041-06-01T10:00:00-0130", "2041-06-01T11:30:00"],
  ])("input: %s is %s", async (text, shown) => {
    const made = await newAudit({ end_time: text });
    expect(made.end_time).toBe(shown);
    const other = await newAudit();
    const patched = await patch(`/v1/audits/${other.uuid}`, "replace", "/end_time", text);
    expect(patched.body.end_time).toBe(shown);
  });

  // The roles are this process's children: they share its time zone.
  it.each(["2041-06-01T10:00:00", "2041-06-01 10:00:00", "2041-01-01T10:00:00"])(
    "input: %s without an offset is in the server's own zone",
    async (text) => {
      const utc = new Date(text.replace(" ", "T")).toISOString().slice(0, 19);
      expect((await newAudit({ end_time: text })).end_time).toBe(utc);
    },
  );

  it("created_at of successive plans sorts as text in creation order", async () => {
    await newPlan();
    const { body } = await call("GET /v1/action_plans/detail?sort_key=id");
    const times = body.action_plans.map((plan: { created_at: string }) => plan.created_at);
    expect([...times].sort()).toEqual(times);
  });
});
