import { Migration } from "@mikro-orm/migrations";

/**
 * The first schema. Constraint and index names are those the ORM would choose, so that the comparison of entities
 * and database (schema.it.test.ts) comes out empty. No SQL newer than PostgreSQL 15.
 *
 * There is no `down`: a database goes back by its backup, never by dropping tables with ledger rows in them.
 */
export class Init extends Migration {
  override up(): void {
    // A large table may take longer than a call is allowed to.
    this.addSql("set local statement_timeout = 0");
    for (const sql of [CATALOGUE, AUDITS, RUNS, EVENTS, PLANS, SERVICES, OUTBOX, DEAD_LETTERS])
      this.addSql(sql);
  }
}

const TIMESTAMPS = `
  "created_at" timestamptz(6) not null default clock_timestamp(),
  "updated_at" timestamptz(6) null,
  "deleted_at" timestamptz(6) null`;

const CATALOGUE = `
create table "goal" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "name" text not null,
  "display_name" text not null,
  "efficacy_specification" jsonb not null default '[]',${TIMESTAMPS},
  constraint "goal_uuid_unique" unique ("uuid"),
  constraint "goal_name_unique" unique ("name")
);
create table "strategy" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "name" text not null,
  "display_name" text not null,
  "goal_id" bigint not null,
  "parameters_spec" jsonb not null default '{}',${TIMESTAMPS},
  constraint "strategy_uuid_unique" unique ("uuid"),
  constraint "strategy_name_unique" unique ("name"),
  constraint "strategy_goal_id_foreign" foreign key ("goal_id") references "goal" ("id")
)`;

// An audit changes with each of its runs, and no index sees it: free room keeps the new version on its page.
const AUDITS = `
create table "audit_template" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "name" text not null,
  "description" text null,
  "goal_id" bigint not null,
  "strategy_id" bigint null,
  "scope" jsonb not null default '[]',
  "default_parameters" jsonb not null default '{}',${TIMESTAMPS},
  constraint "audit_template_uuid_unique" unique ("uuid"),
  constraint "audit_template_goal_id_foreign" foreign key ("goal_id") references "goal" ("id"),
  constraint "audit_template_strategy_id_foreign" foreign key ("strategy_id") references "strategy" ("id")
    on delete set null
);
create unique index "audit_template_name_unique" on "audit_template" ("name") where deleted_at is null;
create index "audit_template_lower_name_index" on "audit_template" (lower("name"));
create table "audit" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "name" text not null,
  "audit_type" text not null,
  "state" text not null,
  "goal_id" bigint not null,
  "strategy_id" bigint null,
  "parameters" jsonb not null default '{}',
  "interval" text null,
  "scope" jsonb not null default '[]',
  "auto_trigger" boolean not null default false,
  "force" boolean not null default false,
  "next_run_time" timestamptz(6) null,
  "start_time" timestamptz(6) null,
  "end_time" timestamptz(6) null,
  "hostname" text null,
  "status_message" text null,
  "trigger_states" jsonb not null default '["*"]',
  "version" bigint not null default '1',${TIMESTAMPS},
  constraint "audit_uuid_unique" unique ("uuid"),
  constraint "audit_audit_type_check" check ("audit_type" in ('ONESHOT', 'CONTINUOUS', 'EVENT')),
  constraint "audit_state_check" check ("state" in
    ('PENDING', 'ONGOING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'SUSPENDED', 'DELETED')),
  constraint "audit_goal_id_foreign" foreign key ("goal_id") references "goal" ("id"),
  constraint "audit_strategy_id_foreign" foreign key ("strategy_id") references "strategy" ("id")
    on delete set null
) with (fillfactor = 80);
create unique index "audit_name_unique" on "audit" ("name") where deleted_at is null;
create index "audit_lower_name_index" on "audit" (lower("name"))`;

const RUNS = `
create table "run" (
  "id" bigserial primary key,
  "run_id" uuid not null,
  "audit_id" bigint not null,
  "state" text not null,
  "cause" text not null,
  "attempts" int not null default 0,
  "token" bigint not null default '0',
  "worker_id" text null,
  "heartbeat" bigint not null default '0',
  "seed" bigint not null,
  "due_at" timestamptz(6) not null default clock_timestamp(),
  "lease_answer" jsonb null,
  "snapshot_hash" text null,
  "strategy_name" text null,
  "strategy_version" text null,
  "error" text null,
  "compute_ms" double precision null,
  "explanation" jsonb null,
  "created_at" timestamptz(6) not null default clock_timestamp(),
  "started_at" timestamptz(6) null,
  "finished_at" timestamptz(6) null,
  constraint "run_run_id_unique" unique ("run_id"),
  constraint "run_state_check" check ("state" in
    ('DUE', 'LIVE', 'SUCCEEDED', 'FAILED', 'DISCARDED', 'DEAD_LETTER')),
  constraint "run_cause_check" check ("cause" in ('EVENT', 'ONESHOT', 'CONTINUOUS')),
  constraint "run_audit_id_foreign" foreign key ("audit_id") references "audit" ("id")
);
create unique index "run_one_open_unique" on "run" ("audit_id") where state in ('DUE', 'LIVE');
create index "run_audit_id_index" on "run" ("audit_id");
create index "run_due_index" on "run" ("due_at") where state = 'DUE';
create index "run_live_index" on "run" ("id") where state = 'LIVE'`;

const EVENTS = `
create table "event" (
  "id" bigserial primary key,
  "event_id" uuid not null,
  "audit_id" bigint null,
  "fate" text not null,
  "reason" text null,
  "run_id" bigint null,
  "duplicate_of" uuid null,
  "occurrence_key" text not null,
  "base_hash" text not null,
  "exact" boolean not null,
  "request_id" text not null,
  "format" text not null,
  "body_parse" text not null,
  "current" text not null,
  "body" bytea not null,
  "sender" jsonb not null,
  "audit_ident" text not null,
  "stream_sequence" bigint not null,
  "stream_time" timestamptz(6) not null,
  "received_at" timestamptz(6) not null,
  "arrived_at" timestamptz(6) not null default clock_timestamp(),
  constraint "event_event_id_unique" unique ("event_id"),
  constraint "event_fate_check" check ("fate" in
    ('WAITING', 'LEASED', 'DONE', 'DUPLICATE', 'FILTERED', 'DISCARDED', 'DEAD_LETTER')),
  constraint "event_audit_id_foreign" foreign key ("audit_id") references "audit" ("id") on delete set null,
  constraint "event_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete set null
);
create index "event_occurrence_index" on "event" ("audit_id", "base_hash", "arrived_at");
create index "event_waiting_index" on "event" ("audit_id") where fate = 'WAITING';
create index "event_run_id_index" on "event" ("run_id")`;

const PLANS = `
create table "action_plan" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "audit_id" bigint not null,
  "strategy_id" bigint null,
  "run_id" bigint not null,
  "state" text not null,
  "global_efficacy" jsonb not null default '[]',
  "hostname" text null,
  "status_message" text null,${TIMESTAMPS},
  constraint "action_plan_uuid_unique" unique ("uuid"),
  constraint "action_plan_run_id_unique" unique ("run_id"),
  constraint "action_plan_state_check" check ("state" in ('RECOMMENDED', 'PENDING', 'ONGOING', 'SUCCEEDED',
    'FAILED', 'CANCELLING', 'CANCELLED', 'SUPERSEDED', 'DELETED')),
  constraint "action_plan_audit_id_foreign" foreign key ("audit_id") references "audit" ("id"),
  constraint "action_plan_strategy_id_foreign" foreign key ("strategy_id") references "strategy" ("id")
    on delete set null,
  constraint "action_plan_run_id_foreign" foreign key ("run_id") references "run" ("id")
);
create index "action_plan_audit_id_index" on "action_plan" ("audit_id");
create table "action" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "action_plan_id" bigint not null,
  "action_type" text not null,
  "state" text not null,
  "input_parameters" jsonb not null default '{}',
  "parents" jsonb not null default '[]',
  "status_message" text null,${TIMESTAMPS},
  constraint "action_uuid_unique" unique ("uuid"),
  constraint "action_state_check" check ("state" in ('PENDING', 'ONGOING', 'SUCCEEDED', 'FAILED', 'CANCELLED',
    'CANCELLING', 'SKIPPED', 'DELETED')),
  constraint "action_action_plan_id_foreign" foreign key ("action_plan_id") references "action_plan" ("id")
);
create index "action_action_plan_id_index" on "action" ("action_plan_id");
create table "efficacy_indicator" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "action_plan_id" bigint not null,
  "name" text not null,
  "description" text not null,
  "unit" text null,
  "value" double precision not null,${TIMESTAMPS},
  constraint "efficacy_indicator_uuid_unique" unique ("uuid"),
  constraint "efficacy_indicator_action_plan_id_foreign" foreign key ("action_plan_id")
    references "action_plan" ("id")
);
create index "efficacy_indicator_action_plan_id_index" on "efficacy_indicator" ("action_plan_id")`;

const SERVICES = `
create table "service" (
  "id" bigserial primary key,
  "name" text not null,
  "host" text not null,
  "last_seen_up" timestamptz(6) not null,${TIMESTAMPS},
  constraint "service_name_host_unique" unique ("name", "host")
)`;

// Rows live for milliseconds. Dead ones in front of the queue are read over by every look at it, so they go early.
const OUTBOX = `
create table "outbox" (
  "id" bigserial primary key,
  "kind" text not null,
  "uuid" uuid not null,
  "version" bigint not null,
  "data" jsonb not null,
  "index_entry" jsonb null,
  "created_at" timestamptz(6) not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`;

const DEAD_LETTERS = `
create table "dead_letter" (
  "id" bigserial primary key,
  "uuid" uuid not null,
  "kind" text not null,
  "audit_id" bigint null,
  "event_id" uuid null,
  "run_id" uuid null,
  "reason" text not null,
  "detail" jsonb not null default '{}',
  "created_at" timestamptz(6) not null default clock_timestamp(),
  constraint "dead_letter_uuid_unique" unique ("uuid"),
  constraint "dead_letter_audit_id_foreign" foreign key ("audit_id") references "audit" ("id") on delete set null
)`;
