/**
 * (d) Pages and shows of the REST API with 1,000 audits, 10,000 plans and 100,000 actions in the database, by every sort
 * key in both directions, short and detailed, from the start and from the middle; by every filter with every sort key;
 * and with deleted rows among them.
 */

import type { RoleProcess } from "../test/harness/role-process.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { median, ms, progress, type Row } from "./figures.ts";

const AUDITS = 1_000;
const PLANS = 10_000;
const ACTIONS = 100_000;
/** Every so many plans one that is deleted. */
const DELETED_EVERY = 10;
const PAGE_ITEMS = 100;
/** Medians of this many, after as many to warm up. */
const ROUNDS = 7;
/** Pages that the progress names. */
const SLOWEST_TOLD = 12;

const COMMON_KEYS = ["id", "uuid", "created_at", "updated_at", "deleted_at"];
const SORT_KEYS: Readonly<Record<string, readonly string[]>> = {
  audits: [
    ...[
      ...COMMON_KEYS,
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
    ...[...COMMON_KEYS, "audit_id", "strategy_id", "state", "global_efficacy", "hostname", "status_message"],
    ...["audit_uuid", "strategy_uuid", "strategy_name"],
  ],
  actions: [
    ...[
      ...COMMON_KEYS,
      "action_plan_id",
      "action_type",
      "input_parameters",
      "state",
      "parents",
      "status_message",
    ],
    "action_plan_uuid",
  ],
};

interface Timed {
  path: string;
  medianMs: number;
}

const SHOW_DELETED = { "x-show-deleted": "1" };

export async function lists(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    await system.start("state");
    const api = await system.start("api");
    await fill(system, await system.createAudit(api));
    const pages: Timed[] = [];
    const shows: Timed[] = [];
    const withDeleted: Timed[] = [];
    for (const collection of Object.keys(SORT_KEYS)) {
      const middle = await middleOf(system, api, collection);
      for (const path of pagePaths(collection, middle)) {
        pages.push(await time(system, api, path));
        withDeleted.push(await time(system, api, path, SHOW_DELETED));
      }
      shows.push(await time(system, api, `/v1/${collection}/${middle}`));
      progress(
        `${collection}: slowest page ${describe(slowest(pages.filter(({ path }) => path.includes(collection))))}`,
      );
    }
    const filtered: Timed[] = [];
    for (const filter of await filters(system)) {
      for (const path of filteredPaths(filter)) filtered.push(await time(system, api, path));
    }
    for (const [name, timed] of Object.entries({ pages, filtered, withDeleted })) {
      const worst = timed.toSorted((a, b) => b.medianMs - a.medianMs).slice(0, SLOWEST_TOLD);
      for (const one of worst) progress(`slow, ${name}: ${describe(one)}`);
    }
    const common = pages.filter(({ path }) => path.includes("sort_key=id&"));
    return [
      row(`page of ${PAGE_ITEMS} by id`, common, "p50 ≤ 30 ms"),
      row(`page of ${PAGE_ITEMS} by any key, direction`, pages, "p50 ≤ 30 ms"),
      row(`page of ${PAGE_ITEMS} by any filter with any key, direction`, filtered, "p50 ≤ 30 ms"),
      row(`page of ${PAGE_ITEMS} by any key, direction, X-Show-Deleted`, withDeleted, "p50 ≤ 30 ms"),
      row("show of an audit, plan or action", shows, "p50 ≤ 10 ms"),
    ];
  } finally {
    await system.stop();
  }
}

function row(what: string, timed: readonly Timed[], target: string): Row {
  const worst = slowest(timed);
  return {
    what: `${what}, ${AUDITS} audits, ${PLANS} plans, ${ACTIONS} actions`,
    measured: `median of ${timed.length}: ${ms(median(timed.map(({ medianMs }) => medianMs)))}; slowest ${describe(worst)}`,
    bare: "-",
    ratio: "-",
    target,
  };
}

function slowest(timed: readonly Timed[]): Timed {
  return timed.reduce((worst, one) => (one.medianMs > worst.medianMs ? one : worst));
}

function describe({ path, medianMs }: Timed): string {
  return `${ms(medianMs)} (${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UUID")})`;
}

function* pagePaths(collection: string, middle: string): Generator<string> {
  for (const key of SORT_KEYS[collection]!) {
    for (const direction of ["asc", "desc"]) {
      const order = `sort_key=${key}&sort_dir=${direction}&limit=${PAGE_ITEMS}`;
      yield `/v1/${collection}?${order}`;
      yield `/v1/${collection}/detail?${order}&marker=${middle}`;
    }
  }
}

/** One filter of one collection, and a row in the middle of those that it finds. */
interface Filter {
  collection: string;
  /** As in the query: `goal=dummy`. */
  condition: string;
  middle: string;
}

function* filteredPaths({ collection, condition, middle }: Filter): Generator<string> {
  for (const key of SORT_KEYS[collection]!) {
    const path = `/v1/${collection}/detail?${condition}&sort_key=${key}&limit=${PAGE_ITEMS}`;
    yield path;
    yield `${path}&sort_dir=desc&marker=${middle}`;
  }
}

async function time(system: System, api: RoleProcess, path: string, headers = {}): Promise<Timed> {
  const times: number[] = [];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const begun = performance.now();
    const { status } = await system.request(api, "GET", path, undefined, headers);
    times.push(performance.now() - begun);
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }
  return { path, medianMs: median(times.slice(ROUNDS)) };
}

async function middleOf(system: System, api: RoleProcess, collection: string): Promise<string> {
  const table = collection.slice(0, -1);
  const [found] = await system.rows<{ uuid: string }>(
    `select uuid from ${table} where deleted_at is null
     order by id offset (select count(*) / 2 from ${table} where deleted_at is null) limit 1`,
  );
  const { status } = await system.request(api, "GET", `/v1/${collection}/${found!.uuid}`);
  if (status !== 200) throw new Error(`${collection} ${found!.uuid}: ${status}`);
  return found!.uuid;
}

/** Every filter there is: those that find all rows, and those that find a few. */
async function filters(system: System): Promise<Filter[]> {
  const [some] = await system.rows<{ audit: string; plan: string }>(
    `select a.uuid as audit, p.uuid as plan from action_plan p join audit a on a.id = p.audit_id
     where p.deleted_at is null order by p.id offset 5000 limit 1`,
  );
  const { audit, plan } = some!;
  const middle = async (table: string, where = "true") => {
    const [found] = await system.rows<{ uuid: string }>(
      `with rows as (
         select x.id, x.uuid from ${table} x where ${where}
       ) select uuid from rows order by id offset (select count(*) / 2 from rows) limit 1`,
    );
    return found!.uuid;
  };
  const plansOfAudit = `select p.id from action_plan p join audit a on a.id = p.audit_id where a.uuid = '${audit}'`;
  const anyAudit = await middle("audit");
  return [
    { collection: "audits", condition: "goal=dummy", middle: anyAudit },
    { collection: "audits", condition: "strategy=dummy", middle: anyAudit },
    {
      collection: "action_plans",
      condition: `audit_uuid=${audit}`,
      middle: await middle("action_plan", `x.id in (${plansOfAudit})`),
    },
    { collection: "action_plans", condition: "strategy=dummy", middle: await middle("action_plan") },
    {
      collection: "actions",
      condition: `action_plan_uuid=${plan}`,
      middle: await middle(
        "action",
        `x.action_plan_id = (select id from action_plan where uuid = '${plan}')`,
      ),
    },
    {
      collection: "actions",
      condition: `audit_uuid=${audit}`,
      middle: await middle("action", `x.action_plan_id in (${plansOfAudit})`),
    },
  ];
}

/**
 * Copies of one audit, each with a run and a plan for each, as many actions a plan, every tenth plan deleted; by SQL,
 * since 100,000 would take minutes.
 */
async function fill(system: System, audit: string): Promise<void> {
  const plansPerAudit = PLANS / AUDITS;
  await system.rows(
    `insert into audit (uuid, name, audit_type, state, goal_id, strategy_id, parameters, scope, created_at, hostname)
     select gen_random_uuid(), 'bench ' || n, 'EVENT', 'SUCCEEDED', goal_id, strategy_id, parameters, scope,
       clock_timestamp(), 'host-' || n % 7
     from audit cross join generate_series(2, $2) n where audit.uuid = $1`,
    [audit, AUDITS],
  );
  await system.rows(
    `insert into run (run_id, audit_id, state, cause, seed, strategy_name)
     select gen_random_uuid(), id, 'SUCCEEDED', 'EVENT', 1, 'dummy' from audit cross join generate_series(1, $1)`,
    [plansPerAudit],
  );
  await system.rows(
    `insert into action_plan (uuid, audit_id, strategy_id, run_id, state, global_efficacy, hostname)
     select gen_random_uuid(), run.audit_id, audit.strategy_id, run.id,
       (array['RECOMMENDED', 'SUCCEEDED', 'CANCELLED'])[1 + run.id % 3], '[]', 'host-' || run.id % 7
     from run join audit on audit.id = run.audit_id order by run.id`,
  );
  await system.rows(
    `insert into efficacy_indicator (uuid, action_plan_id, name, description, unit, value)
     select gen_random_uuid(), id, 'indicator ' || n, 'what it means', '%', n from action_plan cross join generate_series(1, 3) n`,
  );
  await system.rows(
    `insert into action (uuid, action_plan_id, action_type, state, input_parameters, parents)
     select gen_random_uuid(), p.id, (array['migrate', 'nop', 'resize'])[1 + n % 3], (array['PENDING', 'SUCCEEDED'])[1 + p.id % 2],
       jsonb_build_object('migration_type', 'live', 'source_node', 'compute-' || n, 'destination_node', 'compute-' || p.id % 97,
         'resource_name', 'instance ' || p.id || ' ' || n, 'resource_id', gen_random_uuid()),
       jsonb_build_array(gen_random_uuid())
     from action_plan p cross join generate_series(1, $1) n order by p.id, n`,
    [ACTIONS / PLANS],
  );
  for (const [table, plan] of [
    ["action", "action_plan_id"],
    ["efficacy_indicator", "action_plan_id"],
    ["action_plan", "id"],
  ]) {
    await system.rows(
      `update ${table} set deleted_at = clock_timestamp() where ${plan} % ${DELETED_EVERY} = 0`,
    );
  }
  for (const table of ["audit", "run", "action_plan", "efficacy_indicator", "action"]) {
    await system.rows(`analyze ${table}`);
  }
}
