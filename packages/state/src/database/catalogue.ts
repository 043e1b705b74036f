import { rows, type Sql } from "./transaction.ts";

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

export interface Catalogue {
  goals: readonly CatalogueGoal[];
  strategies: readonly CatalogueStrategy[];
}

/*
 * Insert, then update, instead of ON CONFLICT: that draws an id for every row it then does not insert, so each
 * start would leave a gap. The caller holds the start lock, so nobody inserts in between. New rows come in name
 * order, which is the order of ids that the API promises; the "C" collation makes it the same everywhere.
 */
const GOALS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(name text, display_name text, efficacy_specification jsonb)
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

/** Makes the tables of goals and strategies say what this release offers. Repeating it changes nothing. */
export async function syncCatalogue(sql: Sql, catalogue: Catalogue): Promise<void> {
  const goals = catalogue.goals.map((goal) => ({
    name: goal.name,
    display_name: goal.displayName,
    efficacy_specification: goal.efficacySpecification.map(({ name, description, unit, schema }) => ({
      name,
      description,
      unit,
      schema,
    })),
  }));
  const strategies = catalogue.strategies.map((strategy) => ({
    name: strategy.name,
    display_name: strategy.displayName,
    goal_name: strategy.goalName,
    parameters_spec: strategy.parametersSpec,
  }));
  await rows(sql, GOALS, [JSON.stringify(goals)]);
  await rows(sql, STRATEGIES, [JSON.stringify(strategies)]);
}
