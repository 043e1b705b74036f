import { Migration } from "@mikro-orm/migrations";

/**
 * Where events and plans belong in traces: what is done about them may be done by another process, later. Only filled
 * while workers trace; a column without a default takes no time however many rows there are.
 */
export class Traces extends Migration {
  override up(): void {
    this.addSql(`alter table "event" add column "trace_parent" text null`);
    this.addSql(`alter table "action_plan" add column "trace_parent" text null`);
  }
}
