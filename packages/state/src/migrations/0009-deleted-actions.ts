import { Migration } from "@mikro-orm/migrations";

/** Whole pages of actions by any key within milliseconds also where deleted ones are shown. */
export class DeletedActions extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    this.addSql(ACTION_ORDERS);
  }
}

// Of deleted rows alone, beside those of live ones (0003): a commit of a plan has nothing to do with them. The last has
// all rows, live ones at its end in the order of their ids, where new ones are cheap.
const ACTION_ORDERS = `
create index "action_deleted_state_index" on "action" ("state", "id") where deleted_at is not null;
create index "action_deleted_action_type_index" on "action" ("action_type", "id") where deleted_at is not null;
create index "action_deleted_created_at_index" on "action" ("created_at", "id") where deleted_at is not null;
create index "action_deleted_updated_at_index" on "action" ("updated_at" nulls first, "id")
  where deleted_at is not null;
create index "action_deleted_status_message_index" on "action" ("status_message" nulls first, "id")
  where deleted_at is not null;
create index "action_deleted_input_parameters_index" on "action" (left("input_parameters"::text, 64), "id")
  where deleted_at is not null;
create index "action_deleted_parents_index" on "action" (left("parents"::text, 64), "id")
  where deleted_at is not null;
create index "action_deleted_at_index" on "action" ("deleted_at" nulls first, "id")`;
