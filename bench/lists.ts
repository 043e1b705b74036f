/**
 * (d) Pages and shows of the REST API with 1,000 audits, 10,000 plans and 100,000 actions in the database, by every sort
 * key in both directions, short and detailed, from the start and from the middle.
 */

import type { RoleProcess } from "../test/harness/role-process.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { median, ms, progress, type Row } from "./figures.ts";

const AUDITS = 1_000;
const PLANS = 10_000;
const ACTIONS = 100_000;
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

export async function lists(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    await system.start("state");
    const api = await system.start("api");
    await fill(system, await system.createAudit(api));
    const pages: Timed[] = [];
    const shows: Timed[] = [];
    for (const collection of Object.keys(SORT_KEYS)) {
      const middle = await middleOf(system, api, collection);
      for (const path of pagePaths(collection, middle)) pages.push(await time(system, api, path));
      shows.push(await time(system, api, `/v1/${collection}/${middle}`));
      progress(
        `${collection}: slowest page ${describe(slowest(pages.filter(({ path }) => path.includes(collection))))}`,
      );
    }
    for (const path of filteredPaths(await someUuids(system))) pages.push(await time(system, api, path));
    const worst = pages.toSorted((a, b) => b.medianMs - a.medianMs).slice(0, SLOWEST_TOLD);
    for (const one of worst) progress(`slow: ${describe(one)}`);
    const common = pages.filter(({ path }) => path.includes("sort_key=id&"));
    return [
      row(`page of ${PAGE_ITEMS} by id`, common, "p50 ≤ 30 ms"),
      row(`page of ${PAGE_ITEMS} by any key, filter, direction`, pages, "p50 ≤ 30 ms"),
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

function* filteredPaths({ audit, plan }: { audit: string; plan: string }): Generator<string> {
  const limit = `limit=${PAGE_ITEMS}`;
  yield `/v1/audits?goal=dummy&${limit}`;
  yield `/v1/action_plans/detail?audit_uuid=${audit}&${limit}`;
  yield `/v1/action_plans/detail?strategy=dummy&${limit}`;
  yield `/v1/actions/detail?action_plan_uuid=${plan}&${limit}`;
  yield `/v1/actions/detail?audit_uuid=${audit}&${limit}`;
}

async function time(system: System, api: RoleProcess, path: string): Promise<Timed> {
  const times: number[] = [];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const begun = performance.now();
    const { status } = await system.request(api, "GET", path);
    times.push(performance.now() - begun);
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }
  return { path, medianMs: median(times.slice(ROUNDS)) };
}

async function middleOf(system: System, api: RoleProcess, collection: string): Promise<string> {
  const table = collection.slice(0, -1);
  const [found] = await system.rows<{ uuid: string }>(
    `select uuid from ${table} order by id offset (select count(*) / 2 from ${table}) limit 1`,
  );
  const { status } = await system.request(api, "GET", `/v1/${collection}/${found!.uuid}`);
  if (status !== 200) throw new Error(`${collection} ${found!.uuid}: ${status}`);
  return found!.uuid;
}

async function someUuids(system: System): Promise<{ audit: string; plan: string }> {
  const [found] = await system.rows<{ audit: string; plan: string }>(
    `select a.uuid as audit, p.uuid as plan from action_plan p join audit a on a.id = p.audit_id
     order by p.id offset 5000 limit 1`,
  );
  return found!;
}

/** Copies of one audit, each with a run and a plan for each, as many actions a plan; by SQL, since 100,000 would take minutes. */
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
  for (const table of ["audit", "run", "action_plan", "efficacy_indicator", "action"]) {
    await system.rows(`analyze ${table}`);
  }
}
