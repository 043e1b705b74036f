import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Page, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { autoCommit, rows } from "../database/transaction.ts";
import { ACTION_PLANS, ACTIONS } from "./action-plans.ts";
import { AUDIT_TEMPLATES } from "./audit-templates.ts";
import { AUDITS } from "./audits.ts";
import { GOALS, STRATEGIES } from "./goals.ts";
import { EVENTS, RUNS } from "./ledger.ts";
import { createRecordService } from "./record-service.ts";
import type { Resource } from "./resource.ts";
import { tablesOf } from "./resource.ts";
import { makeSampleRows } from "./sample-rows.ts";
import { SCORING_ENGINES } from "./scoring-engines.ts";
import { SERVICES } from "./services.ts";

/** Paging: every list by every sort key in both directions. */

let server: TestPostgres;
let orm: MikroORM;
let records: RecordServiceImpl;

beforeAll(async () => {
  server = await startTestPostgres();
  orm = await openDatabase(await server.newDatabase());
  await makeSampleRows(orm);
  const relay = { notifyCommitted: () => undefined, whenPublished: async () => true };
  const logger = createLogger({ role: "state", level: "silent" });
  records = createRecordService({ orm, logger, relay, wakeWorkers: () => undefined });
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

/** Each list as a function of a page, giving ids. */
const LISTS: Record<string, { resource: Resource<never>; list: (page: Page) => Promise<Listed[]> }> = {
  goals: entry(GOALS, async (page) => (await records.listGoals({ page: full(page) })).goals),
  strategies: entry(
    STRATEGIES,
    async (page) => (await records.listStrategies({ page: full(page), goal: "" })).strategies,
  ),
  audits: entry(
    AUDITS,
    async (page) =>
      (await records.listAudits({ page: full(page), goal: "", strategy: "", state: "" })).audits,
  ),
  action_plans: entry(
    ACTION_PLANS,
    async (page) =>
      (await records.listActionPlans({ page: full(page), auditUuid: "", strategy: "", state: "" }))
        .actionPlans,
  ),
  actions: entry(
    ACTIONS,
    async (page) =>
      (await records.listActions({ page: full(page), actionPlanUuid: "", auditUuid: "" })).actions,
  ),
  audit_templates: entry(
    AUDIT_TEMPLATES,
    async (page) =>
      (await records.listAuditTemplates({ page: full(page), goal: "", strategy: "" })).auditTemplates,
  ),
  scoring_engines: entry(
    SCORING_ENGINES,
    async (page) => (await records.listScoringEngines({ page: full(page) })).scoringEngines,
  ),
  services: entry(SERVICES, async (page) => (await records.listServices({ page: full(page) })).services),
  events: entry(
    EVENTS,
    async (page) => (await records.listEvents({ page: full(page), auditUuid: "", fate: "" })).events,
  ),
  runs: entry(
    RUNS,
    async (page) => (await records.listRuns({ page: full(page), auditUuid: "", state: "" })).runs,
  ),
};

interface Listed {
  id?: unknown;
  uuid?: string;
  runId?: string;
  eventId?: string;
}

function entry(resource: unknown, list: (page: Page) => Promise<Listed[] | null | undefined>) {
  return { resource: resource as Resource<never>, list: async (page: Page) => (await list(page)) ?? [] };
}

function full(page: Page) {
  return { limit: 0, marker: "", sortKey: "", sortDir: "", showDeleted: false, ...page };
}

const ids = (listed: readonly Listed[]) => listed.map(({ id }) => String(id));
const markerOf = (row: Listed) => row.uuid ?? row.eventId ?? row.runId ?? String(row.id);

async function paged(kind: string, page: Page): Promise<string[]> {
  const found: string[] = [];
  let marker = "";
  for (;;) {
    const part = await LISTS[kind]!.list({ ...page, marker });
    if (part.length === 0) return found;
    found.push(...ids(part));
    marker = markerOf(part.at(-1)!);
  }
}

async function failure(call: Promise<unknown> | undefined): Promise<VigilError> {
  const outcome = await call?.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

const KEYS: [string, string][] = Object.entries({
  goals: GOALS,
  strategies: STRATEGIES,
  audits: AUDITS,
  action_plans: ACTION_PLANS,
  actions: ACTIONS,
  audit_templates: AUDIT_TEMPLATES,
  scoring_engines: SCORING_ENGINES,
  services: SERVICES,
  events: EVENTS,
  runs: RUNS,
}).flatMap(([kind, { sortKeys }]) => Object.keys(sortKeys).map((key): [string, string] => [kind, key]));

describe("paging", () => {
  test.each(KEYS)(
    "%s by %s: pages put together are the whole list, in order, both ways",
    async (kind, sortKey) => {
      const { resource, list } = LISTS[kind]!;
      const { expression } = resource.sortKeys[sortKey]!;
      const { alias } = resource;
      const expected = await rows<{ id: string }>(
        autoCommit(orm),
        `select ${alias}.id::text as id from ${tablesOf(resource)} where ${resource.softDelete ? `${alias}.deleted_at is null` : "true"}
       order by (${expression}) is null desc, ${expression}, ${alias}.id`,
        [],
      );
      const ascending = ids(await list({ sortKey }));
      expect(ascending).toEqual(expected.map(({ id }) => id));
      expect(ids(await list({ sortKey, sortDir: "desc" }))).toEqual(ascending.toReversed());
      for (const limit of [1, 7]) {
        if (limit === 1 && ascending.length > 10 && sortKey !== "id") continue;
        expect(await paged(kind, { sortKey, limit })).toEqual(ascending);
        expect(await paged(kind, { sortKey, limit, sortDir: "desc" })).toEqual(ascending.toReversed());
      }
    },
  );

  test("the sort keys are those of the API, nothing more", () => {
    const common = ["id", "uuid", "created_at", "updated_at", "deleted_at"];
    const keysOf = (resource: { sortKeys: object }) =>
      Object.keys(resource.sortKeys)
        .filter((key) => !common.includes(key))
        .sort();
    expect(keysOf(GOALS)).toEqual(["display_name", "efficacy_specification", "name"]);
    expect(keysOf(STRATEGIES)).toEqual([
      "display_name",
      "goal_id",
      "goal_name",
      "goal_uuid",
      "name",
      "parameters_spec",
    ]);
    expect(keysOf(AUDITS)).toEqual(
      "audit_type auto_trigger end_time force goal_id goal_name goal_uuid hostname interval name next_run_time parameters scope start_time state status_message strategy_id strategy_name strategy_uuid".split(
        " ",
      ),
    );
    expect(keysOf(ACTION_PLANS)).toEqual(
      "audit_id audit_uuid global_efficacy hostname state status_message strategy_id strategy_name strategy_uuid".split(
        " ",
      ),
    );
    expect(keysOf(ACTIONS)).toEqual(
      "action_plan_id action_plan_uuid action_type input_parameters parents state status_message".split(" "),
    );
    expect(keysOf(AUDIT_TEMPLATES)).toEqual(
      "default_parameters description goal_id goal_name goal_uuid name scope strategy_id strategy_name strategy_uuid".split(
        " ",
      ),
    );
    expect(keysOf(SCORING_ENGINES)).toEqual(["description", "metainfo", "name"]);
    expect(Object.keys(SERVICES.sortKeys).sort()).toEqual(
      "created_at deleted_at host id last_seen_up name updated_at".split(" "),
    );
  });

  test("a deleted row still marks its place; deleted rows are shown only when asked for", async () => {
    const list = LISTS.audits!.list;
    const all = await list({ showDeleted: true });
    expect(all).toHaveLength(40);
    expect(await list({})).toHaveLength(32);
    const deleted = all.find((audit) => String(audit.id) === "5")!;
    expect(ids(await list({ marker: deleted.uuid!, limit: 2 }))).toEqual(["6", "7"]);
  });

  test("what can't be asked for is refused in Watcher's words", async () => {
    const list = LISTS.audits!.list;
    expect(await failure(list({ sortKey: "goal" }))).toMatchObject({
      kind: "invalid-input",
      message: "Invalid sort key: goal",
    });
    expect(await failure(list({ sortKey: "toString" }))).toMatchObject({ kind: "invalid-input" });
    expect(await failure(list({ sortDir: "up" }))).toMatchObject({
      kind: "invalid-input",
      message: "Invalid sort direction: up. Acceptable values are 'asc' or 'desc'",
    });
    const unknown = "00000000-0000-4000-8000-000000000000";
    for (const marker of [unknown, "no-uuid", unknown.toUpperCase()]) {
      expect(await failure(list({ marker }))).toMatchObject({
        kind: "not-found",
        message: `Audit ${marker} could not be found`,
      });
    }
    for (const marker of ["41", "-1", "9223372036854775808", "Service 1", unknown]) {
      expect(await failure(LISTS.services!.list({ marker }))).toMatchObject({
        kind: "not-found",
        message: `The service ${marker} cannot be found.`,
      });
    }
  });
});

describe("pages that show deleted actions", () => {
  beforeAll(async () => {
    const text = "update action set deleted_at = now() + id % 3 * interval '1 s' where id % 4 = 0";
    await rows(autoCommit(orm), text, []);
  });

  test.each(Object.keys(ACTIONS.sortKeys))("by %s have them at their place, both ways", async (sortKey) => {
    const { expression } = ACTIONS.sortKeys[sortKey]!;
    const expected = await rows<{ id: string }>(
      autoCommit(orm),
      `select x.id::text as id from ${tablesOf(ACTIONS)} order by (${expression}) is null desc, ${expression}, x.id`,
      [],
    );
    const ascending = expected.map(({ id }) => id);
    const page = { sortKey, showDeleted: true, limit: 7 };
    expect(await paged("actions", page)).toEqual(ascending);
    expect(await paged("actions", { ...page, sortDir: "desc" })).toEqual(ascending.toReversed());
  });
});
