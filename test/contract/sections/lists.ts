/** 1.8: paging, sorting, filters. */

import { beforeAll, describe, expect, it } from "vitest";
import { call, outcome } from "../calls.ts";
import { contract, SMALL_PAGE } from "../contract.ts";
import { NOWHERE, newAudit, newPlan, newTemplate } from "../given.ts";

type Row = Record<string, unknown> & { uuid?: string; id?: number };

const TIMES = ["created_at", "updated_at", "deleted_at"] as const;

/** Sort keys as the contract lists them. */
const SORT_KEYS: Record<string, readonly string[]> = {
  goals: ["id", "uuid", "name", "display_name", "efficacy_specification"],
  strategies: ["id", "uuid", "name", "display_name", "goal_id", "parameters_spec", "goal_uuid", "goal_name"],
  audit_templates: [
    ...["id", "uuid", "name", "description", "scope", "default_parameters", "goal_id", "strategy_id"],
    ...["goal_uuid", "goal_name", "strategy_uuid", "strategy_name"],
  ],
  audits: [
    ...[
      "id",
      "uuid",
      "name",
      "audit_type",
      "state",
      "parameters",
      "interval",
      "scope",
      "goal_id",
      "strategy_id",
    ],
    ...["auto_trigger", "next_run_time", "hostname", "start_time", "end_time", "force", "status_message"],
    ...["goal_uuid", "goal_name", "strategy_uuid", "strategy_name"],
  ],
  action_plans: [
    ...["id", "uuid", "audit_id", "strategy_id", "state", "global_efficacy", "hostname", "status_message"],
    ...["audit_uuid", "strategy_uuid", "strategy_name"],
  ],
  actions: [
    ...["id", "uuid", "action_plan_id", "action_type", "input_parameters", "state", "parents"],
    ...["status_message", "action_plan_uuid"],
  ],
  scoring_engines: ["id", "uuid", "name", "description", "metainfo"],
  services: ["id", "name", "host", "last_seen_up"],
};
const COLLECTIONS = Object.keys(SORT_KEYS);
const CASES = COLLECTIONS.flatMap((collection) =>
  [...SORT_KEYS[collection]!, ...TIMES].flatMap((key) =>
    (["asc", "desc"] as const).map((direction) => [collection, key, direction] as const),
  ),
);

const tableOf = (collection: string) => (collection === "strategies" ? "strategy" : collection.slice(0, -1));
const idOf = (row: Row) => String(row.uuid ?? row.id);

/** How the rows come: the key, then the id, both in the direction, nulls before all else when it ascends. */
async function expectedOrder(collection: string, key: string, direction: "asc" | "desc"): Promise<string[]> {
  const [, other, member] = /^(goal|strategy|audit|action_plan)_(uuid|name)$/.exec(key) ?? [];
  const table = tableOf(collection);
  const column = other ? `(select o.${member} from ${other} o where o.id = t.${other}_id)` : `t."${key}"`;
  const json =
    /^(scope|parameters|parents|input_parameters|global_efficacy|.*_spec.*|default_parameters)$/.test(key);
  const nulls = direction === "asc" ? "nulls first" : "nulls last";
  const rows = await contract().system.rows<{ id: string }>(
    `select ${collection === "services" ? "t.id" : "t.uuid"}::text as id from ${table} t
     where deleted_at is null order by ${column}${json ? "::text" : ""} ${direction} ${nulls}, t.id ${direction}`,
  );
  return rows.map(({ id }) => id);
}

/** All pages, by following `next`; each but the last is full. */
async function pages(collection: string, query: string): Promise<Row[]> {
  const rows: Row[] = [];
  let path: string | undefined = `/v1/${collection}?${query}`;
  for (let left = 200; path !== undefined; left -= 1) {
    if (left === 0) throw new Error(`the pages of ${collection} do not end: ${path}`);
    const { body }: { body: Record<string, Row[]> & { next?: string } } = await call(`GET ${path}`);
    rows.push(...body[collection]!);
    const next = body.next === undefined ? undefined : new URL(body.next);
    path = next && `${next.pathname}${next.search}`;
  }
  return rows;
}

describe("1.8 lists", () => {
  let audits: Record<string, string>;
  let plans: string[];

  beforeAll(async () => {
    await newTemplate({ description: "b", strategy: "dummy", scope: [{ compute: [] }] });
    await newTemplate({ goal: "server_consolidation", strategy: "basic", description: "a" });
    await newTemplate({ goal: "unclassified" });
    await newTemplate({ strategy: "dummy", default_parameters: { para1: 2.5 } });
    const [first, second] = [await newPlan(), await newPlan({ auto_trigger: true })];
    plans = [first.uuid, second.uuid];
    audits = {
      plain: (await newAudit({ goal: "saving_energy", strategy: null })).uuid,
      timed: (await newAudit({ start_time: "2041-01-01T00:00:00Z", end_time: "2042-01-01T00:00:00Z" })).uuid,
      other: (await newAudit({ goal: "server_consolidation", strategy: "basic", interval: "30" })).uuid,
      forced: (await newAudit({ force: true, parameters: { para1: 1.5 } })).uuid,
    };
  });

  it.each(CASES)("sort key of %s: %s %s, whole and in pages", async (collection, key, direction) => {
    const query = `sort_key=${key}&sort_dir=${direction}`;
    const wanted = await expectedOrder(collection, key, direction);
    const whole = await call(`GET /v1/${collection}/detail?${query}`);
    expect(whole.status, whole.text).toBe(200);
    expect(whole.body[collection].map(idOf)).toEqual(wanted);
    const limit = Math.max(1, Math.ceil(wanted.length / 3));
    expect((await pages(collection, `${query}&limit=${limit}`)).map(idOf)).toEqual(wanted);
  });

  it.each([
    ["strategies", "goal"],
    ["audit_templates", "goal"],
    ["audits", "strategy"],
    ["action_plans", "audit"],
    ["actions", "action_plan"],
    ["services", "status"],
    ["goals", "nonsense"],
    ["audits", ""],
    ["audits", "deleted"],
    ["audits", "version"],
    ["audits", "__proto__"],
  ])("sort key of %s: %s is no key", async (collection, key) => {
    expect(outcome(await call(`GET /v1/${collection}?sort_key=${key}`))).toEqual([
      400,
      `Invalid sort key: ${key}`,
    ]);
  });

  describe.each(COLLECTIONS)("of %s", (collection) => {
    const list = (query: string) => call(`GET /v1/${collection}${query}`);

    it.each(["0", "-1", "-99999"])("limit: %s is 400", async (limit) => {
      expect(outcome(await list(`?limit=${limit}`))).toEqual([
        400,
        expect.stringContaining("Limit must be positive"),
      ]);
    });

    it.each(["x", "1.5", "1e2", ""])("limit: %j is no integer, 400", async (limit) => {
      expect((await list(`?limit=${limit}`)).status).toBe(400);
    });

    it("limit: more than there may be gives all", async () => {
      const { status, body } = await list("?limit=1000000");
      expect(status).toBe(200);
      expect(body).not.toHaveProperty("next");
    });

    it("limit: is cut to the largest page, and next says so", async () => {
      const asked = { at: "open", token: null, headers: { "x-roles": "admin" } } as const;
      const answer = await call(`GET /v1/${collection}?limit=500`, asked);
      const all = (await list("")).body[collection].length;
      expect(answer.body[collection]).toHaveLength(Math.min(all, SMALL_PAGE));
      if (all >= SMALL_PAGE) expect(answer.body.next).toContain(`limit=${SMALL_PAGE}`);
      expect((await call(`GET /v1/${collection}`, asked)).body[collection]).toHaveLength(
        Math.min(all, SMALL_PAGE),
      );
    });

    it("sort_dir: neither asc nor desc is 400", async () => {
      for (const direction of ["up", "", "ASC "]) {
        const answer = await list(`?sort_dir=${encodeURIComponent(direction)}`);
        const text = `Invalid sort direction: ${direction}. Acceptable values are 'asc' or 'desc'`;
        expect(outcome(answer)).toEqual([400, text]);
      }
    });

    it("sort_key: the default is the id, ascending", async () => {
      expect((await list("")).body[collection].map(idOf)).toEqual(
        await expectedOrder(collection, "id", "asc"),
      );
    });

    it("marker: starts after that object; the last one's page is empty", async () => {
      const all = (await list("")).body[collection] as Row[];
      const markers = all.map(idOf);
      const after = await list(`?marker=${markers[0]}`);
      expect(after.body[collection].map(idOf)).toEqual(markers.slice(1));
      const last = await list(`?marker=${markers.at(-1)}&limit=5`);
      expect([last.status, last.body]).toEqual([200, { [collection]: [] }]);
    });

    it("marker: one that is nobody is 404", async () => {
      expect((await list(`?marker=${collection === "services" ? "999999" : NOWHERE}`)).status).toBe(404);
    });

    it(`marker: one of another kind is ${/goals|strategies|scoring/.test(collection) ? 404 : 400}`, async () => {
      const status = /goals|strategies|scoring/.test(collection) ? 404 : 400;
      expect((await list("?marker=nobody%20at%20all")).status).toBe(status);
    });

    it("fields: there is no such parameter", async () => {
      expect(outcome(await list("?fields=uuid"))).toEqual([400, 'Unknown argument: "fields"']);
    });

    it.each(["", "/detail"])(
      "next: of %j is there exactly when the page is full, and leads on",
      async (detail) => {
        const all = (await list(detail)).body[collection].map(idOf) as string[];
        const page = await call(`GET /v1/${collection}${detail}?limit=1&sort_key=created_at&sort_dir=desc`, {
          headers: { host: "vigil.example:9322" },
        });
        expect(page.body[collection]).toHaveLength(1);
        expect(page.body.next).toBe(
          `http://vigil.example:9322/v1/${collection}${detail}?sort_key=created_at&sort_dir=desc&limit=1&marker=${idOf(page.body[collection][0])}`,
        );
        const exact = await list(`${detail}?limit=${all.length}`);
        expect(exact.body.next).toContain(`marker=${all.at(-1)}`);
        expect((await list(`${detail}?limit=${all.length + 1}`)).body).not.toHaveProperty("next");
      },
    );
  });

  it.each(["goals", "strategies", "scoring_engines"])(
    "marker: of %s is free text, looked up as a uuid, so that a name is 404",
    async (collection) => {
      const { body } = await call(`GET /v1/${collection}`);
      const [first, second] = body[collection];
      expect((await call(`GET /v1/${collection}?marker=${first.name}`)).status).toBe(404);
      const after = await call(`GET /v1/${collection}?marker=${first.uuid}&limit=1`);
      expect(after.body[collection][0].name).toBe(second.name);
    },
  );

  const uuids = async (path: string) => {
    const { status, body } = await call(`GET ${path}`);
    expect(status).toBe(200);
    return (Object.values(body)[0] as Row[]).map(({ uuid }) => uuid);
  };
  const uuidOf = async (path: string) => (await call(`GET ${path}`)).body.uuid as string;

  it.each(["", "/detail"])("filter of audits%s: goal and strategy, by uuid or name", async (detail) => {
    const goal = await uuidOf("/v1/goals/server_consolidation");
    const strategy = await uuidOf("/v1/strategies/basic");
    for (const value of [goal, "server_consolidation", "Server_Consolidation"]) {
      expect(await uuids(`/v1/audits${detail}?goal=${value}`)).toEqual([audits.other]);
    }
    for (const value of [strategy, "basic", "BASIC"]) {
      expect(await uuids(`/v1/audits${detail}?strategy=${value}`)).toEqual([audits.other]);
    }
    expect(await uuids(`/v1/audits${detail}?goal=server_consolidation&strategy=dummy`)).toEqual([]);
  });

  it.each(["", "/detail"])("filter of audit_templates%s: goal and strategy", async (detail) => {
    expect(await uuids(`/v1/audit_templates${detail}?goal=server_consolidation`)).toHaveLength(1);
    expect(await uuids(`/v1/audit_templates${detail}?strategy=dummy`)).toHaveLength(2);
    const goal = await uuidOf("/v1/goals/dummy");
    expect(await uuids(`/v1/audit_templates${detail}?goal=${goal}`)).toHaveLength(2);
  });

  it.each(["", "/detail"])("filter of strategies%s: goal", async (detail) => {
    const { body } = await call(`GET /v1/strategies${detail}?goal=dummy`);
    expect(body.strategies.map((row: Row) => row.name).sort()).toEqual([
      ...["dummy", "dummy_with_resize", "dummy_with_scorer"],
    ]);
    expect(await uuids(`/v1/strategies${detail}?goal=${await uuidOf("/v1/goals/dummy")}`)).toHaveLength(3);
  });

  it.each(["", "/detail"])("filter of action_plans%s: audit_uuid and strategy", async (detail) => {
    const audit = (await call(`GET /v1/action_plans/${plans[0]}`)).body.audit_uuid;
    expect(await uuids(`/v1/action_plans${detail}?audit_uuid=${audit}`)).toEqual([plans[0]]);
    expect(await uuids(`/v1/action_plans${detail}?strategy=dummy`)).toEqual(plans);
    const strategy = await uuidOf("/v1/strategies/dummy");
    expect(await uuids(`/v1/action_plans${detail}?strategy=${strategy}`)).toEqual(plans);
    expect((await call(`GET /v1/action_plans${detail}?audit_uuid=some-name`)).status).toBe(400);
  });

  it.each(["", "/detail"])("filter of actions%s: action_plan_uuid or audit_uuid", async (detail) => {
    const audit = (await call(`GET /v1/action_plans/${plans[0]}`)).body.audit_uuid;
    const ofPlan = await uuids(`/v1/actions${detail}?action_plan_uuid=${plans[0]}`);
    expect(ofPlan).toHaveLength(3);
    expect(await uuids(`/v1/actions${detail}?audit_uuid=${audit}`)).toEqual(ofPlan);
    for (const name of ["action_plan_uuid", "audit_uuid"]) {
      expect((await call(`GET /v1/actions${detail}?${name}=name`)).status).toBe(400);
    }
    const both = await call(`GET /v1/actions${detail}?action_plan_uuid=${plans[0]}&audit_uuid=${audit}`);
    expect(outcome(both)).toEqual([400, "Filtering actions on both audit and action-plan is prohibited"]);
  });

  it.each([
    "/v1/audits?goal=nobody",
    "/v1/audits?strategy=nobody",
    `/v1/audits?goal=${NOWHERE}`,
    "/v1/audit_templates?goal=nobody",
    "/v1/audit_templates?strategy=nobody",
    "/v1/strategies?goal=nobody",
    `/v1/action_plans?audit_uuid=${NOWHERE}`,
    "/v1/action_plans?strategy=nobody",
    `/v1/actions?action_plan_uuid=${NOWHERE}`,
    `/v1/actions?audit_uuid=${NOWHERE}`,
  ])("filter that names nothing: %s is an empty list", async (path) => {
    expect(await uuids(path)).toEqual([]);
  });

  it("next: carries the active filters (fix)", async () => {
    const { body } = await call("GET /v1/strategies?goal=dummy&limit=2");
    const next = new URL(body.next);
    expect(next.searchParams.get("goal")).toBe("dummy");
    const following = await call(`GET ${next.pathname}${next.search}`);
    expect(following.body.strategies).toHaveLength(1);
    expect(following.body).not.toHaveProperty("next");
  });

  it("order: the actions of a plan come in plan order", async () => {
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${plans[0]}`);
    expect(body.actions.map((row: Row) => row.action_type)).toEqual(["nop", "nop", "sleep"]);
  });
});
