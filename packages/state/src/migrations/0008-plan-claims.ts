import { Migration } from "@mikro-orm/migrations";

/** A claim of plans whose answer got lost is known again; a plan that kills its appliers is found out. */
export class PlanClaims extends Migration {
  override up(): void {
    this.addSql("set local statement_timeout = 0");
    this.addSql(PLANS);
  }
}

const PLANS = `
alter table "action_plan" add column "claim_id" uuid null;
alter table "action_plan" add column "leases_lost" int not null default 0;
create index "action_plan_claim_id_index" on "action_plan" ("claim_id") where state in ('ONGOING', 'CANCELLING')`;
