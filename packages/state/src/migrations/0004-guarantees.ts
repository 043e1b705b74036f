import { Migration } from "@mikro-orm/migrations";

/**
 * What the guarantees need: a run whose worker died is computed alone from then on, a claim whose answer got lost is
 * known again, operators replay events and settle dead letters.
 */
export class Guarantees extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    for (const sql of [RUNS, EVENTS, DEAD_LETTERS]) this.addSql(sql);
  }
}

const RUNS = `
alter table "run" add column "is_suspect" boolean not null default false;
alter table "run" add column "failures" json null;
alter table "run" add column "claim_id" uuid null;
create index "run_claim_id_index" on "run" ("claim_id") where state = 'LIVE';
create index "run_culprit_index" on "run" ("audit_id", "id") where is_suspect and state in ('FAILED', 'DEAD_LETTER')`;

// Lists of what waits or failed stay quick however many events are done.
const EVENTS = `
alter table "event" add column "replay_of" uuid null;
create index "event_replay_of_index" on "event" ("replay_of") where replay_of is not null;
create index "event_open_index" on "event" ("id") where fate in ('WAITING', 'LEASED', 'DEAD_LETTER')`;

const DEAD_LETTERS = `
alter table "dead_letter" add column "resolution" text null;
alter table "dead_letter" add column "resolved_at" timestamptz(6) null;
alter table "dead_letter" add column "resolved_by" text null;
alter table "dead_letter" add column "last_edit" uuid null;
alter table "dead_letter" add constraint "dead_letter_resolution_check" check ("resolution" in ('REPLAYED', 'DROPPED'));
create index "dead_letter_open_index" on "dead_letter" ("id") where resolution is null;
create index "dead_letter_audit_id_index" on "dead_letter" ("audit_id");
create index "dead_letter_event_id_index" on "dead_letter" ("event_id");
create index "dead_letter_run_id_index" on "dead_letter" ("run_id")`;
