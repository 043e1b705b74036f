import { Migration } from "@mikro-orm/migrations";

/** Whole pages of action plans in the order of their efficacy without making the text of every plan's. */
export class PlanEfficacy extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    this.addSql(
      `create index "action_plan_global_efficacy_index" on "action_plan" (left("global_efficacy"::text, 500), "id")`,
    );
  }
}
