import { Migration } from "@mikro-orm/migrations";

/**
 * What makes a plan recomputable: a run keeps what it was started with, and parameters and scopes keep their members
 * in the order in which the user gave them, which jsonb does not (zone_migration takes the order of `priority` for an
 * order of precedence). Explanations are read by people, in the order in which they were told. A plan is read in
 * pages as quickly at its end as at its beginning.
 *
 * A process of the release before may go on meanwhile: what it casts to jsonb is cast on to json as it is assigned.
 */
export class Replay extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    for (const sql of [ORDERED, RUNS, PAGES_OF_ACTIONS, FAILED_MIGRATIONS]) this.addSql(sql);
  }
}

const ORDERED = `
alter table "audit_template"
  alter column "scope" drop default, alter column "default_parameters" drop default,
  alter column "scope" type json using "scope"::json,
  alter column "default_parameters" type json using "default_parameters"::json,
  alter column "scope" set default '[]', alter column "default_parameters" set default '{}';
alter table "audit"
  alter column "parameters" drop default, alter column "scope" drop default,
  alter column "parameters" type json using "parameters"::json,
  alter column "scope" type json using "scope"::json,
  alter column "parameters" set default '{}', alter column "scope" set default '[]'`;

const RUNS = `
alter table "run"
  alter column "explanation" type json using "explanation"::json,
  add column "goal_name" text null,
  add column "audit_type" text null,
  add column "parameters" json null,
  add column "scope" json null,
  add column "history" json null,
  add column "options" json null`;

// A page of a plan's actions comes in the index's order, however many actions the plan has.
const PAGES_OF_ACTIONS = `
drop index "action_action_plan_id_index";
create index "action_action_plan_id_id_index" on "action" ("action_plan_id", "id")`;

// Few migrations fail: the index stays small, whatever the number of actions.
const FAILED_MIGRATIONS = `
create index "action_failed_migration_index" on "action" ("action_plan_id")
  where state = 'FAILED' and action_type = 'migrate'`;
