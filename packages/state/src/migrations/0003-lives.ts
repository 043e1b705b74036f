import { Migration } from "@mikro-orm/migrations";

/**
 * Lives of audits and plans: plans have leases as runs do, runs can wait for a plan to end, CONTINUOUS audits count
 * their failures, scoring engines are listed. `last_edit` is the id of the newest change that a user made to a row: the
 * same change, sent again because its answer got lost, is known by it.
 */
export class Lives extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    for (const sql of [
      SCORING_ENGINES,
      CATALOGUES,
      EDITS,
      VERSIONS,
      AUDITS,
      PLANS,
      ACTIONS,
      ACTION_ORDERS,
      RUNS,
    ]) {
      this.addSql(sql);
    }
  }
}

const SCORING_ENGINES = `
create table "scoring_engine" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "name" text not null,
  "description" text not null,
  "metainfo" text null,
  "created_at" timestamptz(6) not null default clock_timestamp(),
  "updated_at" timestamptz(6) null,
  "deleted_at" timestamptz(6) null,
  constraint "scoring_engine_uuid_unique" unique ("uuid"),
  constraint "scoring_engine_name_unique" unique ("name")
)`;

// Every set of goals, strategies and scoring engines that the tables ever took over, the newest last: a process of an
// older release, started beside a newer one, finds its own set here and leaves the tables alone.
const CATALOGUES = `
create table "catalogue" (
  "id" bigserial primary key,
  "hash" text not null,
  "created_at" timestamptz(6) not null default clock_timestamp(),
  constraint "catalogue_hash_unique" unique ("hash")
)`;

// An edit of an audit first looks whether it is done: its ident may name another audit since. Those of plans and
// actions come with UUIDs, and templates are few.
const EDITS = `
alter table "audit_template" add column "last_edit" uuid null;
alter table "audit" add column "last_edit" uuid null;
create index "audit_last_edit_index" on "audit" ("last_edit") where last_edit is not null;
alter table "action_plan" add column "last_edit" uuid null;
alter table "action" add column "last_edit" uuid null`;

// Plans and actions change now, and whoever follows their changes must tell the newer of two.
const VERSIONS = `
alter table "action_plan" add column "version" bigint not null default '1';
alter table "action" add column "version" bigint not null default '1'`;

// The scheduler looks for CONTINUOUS audits whose time has come, whose first run was never planned, or whose window is
// over. Not by state: an index that names it would make each change of an audit's state, two for each plan, write all
// indexes of the table. So audits that are over stay in it until they are deleted; a look passes over them.
const AUDITS = `
alter table "audit" add column "consecutive_failures" int not null default 0;
create index "audit_continuous_index" on "audit" (least(coalesce("next_run_time", '-infinity'), "end_time"))
  where audit_type = 'CONTINUOUS' and deleted_at is null`;

// By audit and state: each run of a CONTINUOUS audit cancels the plan that is RECOMMENDED among all that the audit had.
const PLANS = `
alter table "action_plan"
  add column "launched_at" timestamptz(6) null,
  add column "token" bigint not null default '0',
  add column "applier_id" text null,
  add column "heartbeat" bigint not null default '0',
  add column "started_at" timestamptz(6) null,
  add column "finished_at" timestamptz(6) null;
create index "action_plan_launched_index" on "action_plan" ("launched_at")
  where state in ('RECOMMENDED', 'PENDING') and launched_at is not null;
create index "action_plan_live_index" on "action_plan" ("id") where state in ('ONGOING', 'CANCELLING');
create index "action_plan_recommended_index" on "action_plan" ("created_at") where state = 'RECOMMENDED';
drop index "action_plan_audit_id_index";
create index "action_plan_audit_id_state_index" on "action_plan" ("audit_id", "state")`;

// Whole pages of the largest table by any key, from anywhere, within milliseconds; those of rows that were deleted are
// rare. Nulls first, as lists have them. Texts of any length fit into no index, their beginnings do.
const ACTION_ORDERS = `
create index "action_state_index" on "action" ("state", "id") where deleted_at is null;
create index "action_action_type_index" on "action" ("action_type", "id") where deleted_at is null;
create index "action_created_at_index" on "action" ("created_at", "id") where deleted_at is null;
create index "action_updated_at_index" on "action" ("updated_at" nulls first, "id") where deleted_at is null;
create index "action_status_message_index" on "action" ("status_message" nulls first, "id")
  where deleted_at is null;
create index "action_input_parameters_index" on "action" (left("input_parameters"::text, 64), "id")
  where deleted_at is null;
create index "action_parents_index" on "action" (left("parents"::text, 64), "id") where deleted_at is null`;

// As text: lists sort by it, and making text of jsonb for 100,000 rows takes 0.2 s. Parameters keep their order as well.
const ACTIONS = `
alter table "action"
  add column "intent" jsonb null,
  alter column "input_parameters" drop default, alter column "parents" drop default,
  alter column "input_parameters" type json using "input_parameters"::json,
  alter column "parents" type json using "parents"::json,
  alter column "input_parameters" set default '{}', alter column "parents" set default '[]'`;

// No foreign key: plans refer to their runs already, and a plan's row is never removed.
const RUNS = `
alter table "run" add column "blocked_by" bigint null;
create index "run_blocked_by_index" on "run" ("blocked_by") where blocked_by is not null;
drop index "run_due_index";
create index "run_due_index" on "run" ("due_at") where state = 'DUE' and blocked_by is null`;
