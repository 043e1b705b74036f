import { createHash } from "node:crypto";
import { isSameParameters, type JsonObject } from "@vigil/core";
import { firstRow, rows, type Sql } from "./transaction.ts";

/** The part of a goal that is stored. core's GoalDescription has it. */
export interface CatalogueGoal {
  name: string;
  displayName: string;
  efficacySpecification: readonly {
    name: string;
    description: string;
    unit: string | null;
    /** JSON schema as text. */
    schema: string;
  }[];
}

/** The part of a strategy that is stored. core's StrategyDescription has it. */
export interface CatalogueStrategy {
  name: string;
  displayName: string;
  goalName: string;
  /** JSON schema draft 4; {} when the strategy takes no parameters. */
  parametersSpec: object;
}

/** The part of a scoring engine that is stored. core's ScoringEngine has it. */
export interface CatalogueEngine {
  name: string;
  description: string;
  /** JSON text; empty when there is nothing to say. */
  metainfo: string;
}

export interface Catalogue {
  goals: readonly CatalogueGoal[];
  strategies: readonly CatalogueStrategy[];
  /** Absent: none. */
  scoringEngines?: readonly CatalogueEngine[];
}

/** A strategy whose audits and plans, made for what it was, are not to run any more. */
export interface RetiredStrategy {
  /** Primary key as decimal text. */
  id: string;
  name: string;
  /** Why, for people. */
  reason: string;
}

export interface CatalogueSync {
  /** The tables hold the catalogue of a newer release, and were left alone. */
  isOlder: boolean;
  retired: readonly RetiredStrategy[];
}

/*
 * Insert, then update, instead of ON CONFLICT: that draws an id for every row it then does not insert, so each
 * start would leave a gap. The caller holds the start lock, so nobody inserts in between. New rows come in name
 * order, which is the order of ids that the API promises; the "C" collation makes it the same everywhere. What the
 * release no longer has is softly deleted: audits and plans refer to it.
 */
const GOALS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(name text, display_name text, efficacy_specification jsonb)
), vanished as (
  update goal set deleted_at = clock_timestamp()
  where deleted_at is null and not exists (select 1 from given where given.name = goal.name)
), added as (
  insert into goal (uuid, name, display_name, efficacy_specification)
  select gen_random_uuid(), name, display_name, efficacy_specification from given
  where not exists (select 1 from goal where goal.name = given.name)
  order by name collate "C"
)
update goal set display_name = given.display_name, efficacy_specification = given.efficacy_specification,
  updated_at = clock_timestamp(), deleted_at = null
from given
where goal.name = given.name
  and (goal.display_name, goal.efficacy_specification, goal.deleted_at)
    is distinct from (given.display_name, given.efficacy_specification, null::timestamptz)`;

const STRATEGIES = `
with given as (
  select x.*, goal.id as goal_id
  from jsonb_to_recordset($1::jsonb) as x(name text, display_name text, goal_name text, parameters_spec jsonb)
  join goal on goal.name = x.goal_name
), vanished as (
  update strategy set deleted_at = clock_timestamp()
  where deleted_at is null and not exists (select 1 from given where given.name = strategy.name)
), added as (
  insert into strategy (uuid, name, display_name, goal_id, parameters_spec)
  select gen_random_uuid(), name, display_name, goal_id, parameters_spec from given
  where not exists (select 1 from strategy where strategy.name = given.name)
  order by name collate "C"
)
update strategy set display_name = given.display_name, goal_id = given.goal_id,
  parameters_spec = given.parameters_spec, updated_at = clock_timestamp(), deleted_at = null
from given
where strategy.name = given.name
  and (strategy.display_name, strategy.goal_id, strategy.parameters_spec, strategy.deleted_at)
    is distinct from (given.display_name, given.goal_id, given.parameters_spec, null::timestamptz)`;

const ENGINES = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(name text, description text, metainfo text)
), vanished as (
  update scoring_engine set deleted_at = clock_timestamp()
  where deleted_at is null and not exists (select 1 from given where given.name = scoring_engine.name)
), added as (
  insert into scoring_engine (uuid, name, description, metainfo)
  select gen_random_uuid(), name, description, metainfo from given
  where not exists (select 1 from scoring_engine where scoring_engine.name = given.name)
  order by name collate "C"
)
update scoring_engine set description = given.description, metainfo = given.metainfo,
  updated_at = clock_timestamp(), deleted_at = null
from given
where scoring_engine.name = given.name
  and (scoring_engine.description, scoring_engine.metainfo, scoring_engine.deleted_at)
    is distinct from (given.description, given.metainfo, null::timestamptz)`;

/**
 * Makes the tables of goals, strategies and scoring engines say what this release offers. Repeating it changes
 * nothing. While two releases run side by side, the newer one's word stands: a catalogue that the tables had before
 * the one they have now is of an older release.
 */
export async function syncCatalogue(sql: Sql, catalogue: Catalogue): Promise<CatalogueSync> {
  const { goals, strategies, engines } = columnsOf(catalogue);
  const hash = createHash("sha256")
    .update(JSON.stringify([goals, strategies, engines]))
    .digest("hex");
  const seen = await firstRow<{ newest: boolean }>(
    sql,
    "select id = (select max(id) from catalogue) as newest from catalogue where hash = $1",
    [hash],
  );
  if (seen?.newest === false) return { isOlder: true, retired: [] };
  if (seen === undefined) await rows(sql, "insert into catalogue (hash) values ($1)", [hash]);
  const before = await rows<StoredStrategy>(sql, STORED, []);
  await rows(sql, GOALS, [JSON.stringify(goals)]);
  await rows(sql, STRATEGIES, [JSON.stringify(strategies)]);
  await rows(sql, ENGINES, [JSON.stringify(engines)]);
  return { isOlder: false, retired: before.flatMap((stored) => retiredBy(catalogue, stored)) };
}

interface StoredStrategy {
  id: string;
  name: string;
  parameters_spec: JsonObject;
}

const STORED =
  "select id::text as id, name, parameters_spec from strategy where deleted_at is null order by strategy.id";

function retiredBy(catalogue: Catalogue, { id, name, parameters_spec }: StoredStrategy): RetiredStrategy[] {
  const given = catalogue.strategies.find((strategy) => strategy.name === name);
  if (given === undefined) return [{ id, name, reason: `strategy ${name} is no longer offered` }];
  if (isSameParameters(given.parametersSpec as JsonObject, parameters_spec)) return [];
  return [{ id, name, reason: `strategy ${name} takes other parameters than before` }];
}

/** Objects with the names of the columns. */
function columnsOf({ goals, strategies, scoringEngines = [] }: Catalogue) {
  return {
    goals: goals.map((goal) => ({
      name: goal.name,
      display_name: goal.displayName,
      efficacy_specification: goal.efficacySpecification.map(({ name, description, unit, schema }) => ({
        name,
        description,
        unit,
        schema,
      })),
    })),
    strategies: strategies.map((strategy) => ({
      name: strategy.name,
      display_name: strategy.displayName,
      goal_name: strategy.goalName,
      parameters_spec: strategy.parametersSpec,
    })),
    engines: scoringEngines.map(({ name, description, metainfo }) => ({ name, description, metainfo })),
  };
}
