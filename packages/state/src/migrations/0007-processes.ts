import { Migration } from "@mikro-orm/migrations";

/** Who is there: each role of each process, as it last reported. */
export class Processes extends Migration {
  override up(): void {
    this.addSql(PROCESSES);
  }
}

const PROCESSES = `
create table "process" ("instance" uuid not null, "role" text not null, "host" text not null, "version" text not null,
  "started_at" timestamptz(6) not null, "seen_at" timestamptz(6) not null default clock_timestamp(),
  "clock_ahead_ms" bigint not null, "facts" jsonb not null default '{}'::jsonb,
  primary key ("instance", "role"))`;
