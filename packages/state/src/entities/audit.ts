import { defineEntity, p } from "@mikro-orm/core";
import { AUDIT_STATES } from "@vigil/core";
import { id, lastEdit, orderedList, orderedObject, time, timestamps, uuid, version } from "./columns.ts";
import { GoalSchema, StrategySchema } from "./goal.ts";

/**
 * A request to optimise. Its row lock guards everything that happens to its events and runs.
 * `version` grows with every change of the row: receivers of changes compare it.
 */
export const AuditSchema = defineEntity({
  name: "Audit",
  tableName: "audit",
  properties: {
    id: id(),
    uuid: uuid(),
    name: p.text(),
    auditType: p.enum(() => ["ONESHOT", "CONTINUOUS", "EVENT"] as const),
    state: p.enum(() => AUDIT_STATES),
    goal: () => p.manyToOne(GoalSchema),
    strategy: () => p.manyToOne(StrategySchema).nullable(),
    parameters: orderedObject(),
    interval: p.text().nullable(),
    scope: orderedList(),
    autoTrigger: p.boolean().default(false),
    force: p.boolean().default(false),
    nextRunTime: time().nullable(),
    startTime: time().nullable(),
    endTime: time().nullable(),
    hostname: p.text().nullable(),
    statusMessage: p.text().nullable(),
    triggerStates: p.json<string[]>().defaultRaw(`'["*"]'::jsonb`),
    version: version(),
    /** Runs of a CONTINUOUS audit that failed since the last that did not. */
    consecutiveFailures: p.integer().default(0),
    lastEdit: lastEdit(),
    ...timestamps(),
  },
  uniques: [{ name: "audit_name_unique", properties: ["name"], where: "deleted_at is null" }],
  indexes: [
    {
      name: "audit_continuous_index",
      expression: `create index "audit_continuous_index" on "audit" (least(coalesce("next_run_time", '-infinity'), "end_time")) where audit_type = 'CONTINUOUS' and deleted_at is null`,
    },
    { name: "audit_last_edit_index", properties: ["lastEdit"], where: "last_edit is not null" },
    {
      name: "audit_lower_name_index",
      expression: 'create index "audit_lower_name_index" on "audit" (lower("name"))',
    },
  ],
});
