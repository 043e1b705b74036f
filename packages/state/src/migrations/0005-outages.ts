import { Migration } from "@mikro-orm/migrations";

/**
 * What the database must know to outlive the broker: the newest models themselves, and what it last saw of the broker,
 * by which a database restored from a backup, or a broker that lost its store, is found out.
 */
export class Outages extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    for (const sql of [SNAPSHOTS, HEADS, MARKS, RUNS]) this.addSql(sql);
  }
}

// In pieces, so that none is in memory as a whole. Not compressed: columns of numbers hardly get smaller for the time.
const SNAPSHOTS = `
create table "model_snapshot" ("id" bigserial primary key, "hash" text not null, "size" bigint not null,
  "created_at" timestamptz(6) not null default clock_timestamp(),
  "headed_at" timestamptz(6) not null default clock_timestamp());
alter table "model_snapshot" add constraint "model_snapshot_hash_unique" unique ("hash");
create table "model_chunk" ("snapshot_id" bigint not null, "n" int not null, "bytes" bytea not null,
  primary key ("snapshot_id", "n"));
alter table "model_chunk" alter column "bytes" set storage external;
alter table "model_chunk" add constraint "model_chunk_snapshot_id_foreign" foreign key ("snapshot_id")
  references "model_snapshot" ("id") on delete cascade`;

const HEADS = `
create table "model_head" ("kind" text primary key, "hash" text not null, "imported_at" text not null,
  "details" json not null)`;

const MARKS = `create table "broker_mark" ("name" text primary key, "value" text not null)`;

// Which snapshots runs name, for those that may be removed.
const RUNS = `create index "run_snapshot_hash_index" on "run" ("snapshot_hash", "finished_at") where snapshot_hash is not null`;
