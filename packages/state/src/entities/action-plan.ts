import { defineEntity, p } from "@mikro-orm/core";
import { ACTION_STATES, PLAN_STATES } from "@vigil/core";
import { AuditSchema } from "./audit.ts";
import {
  emptyList,
  id,
  lastEdit,
  orderedList,
  orderedObject,
  time,
  timestamps,
  uuid,
  version,
} from "./columns.ts";
import { StrategySchema } from "./goal.ts";
import { RunSchema } from "./run.ts";

/** What a run came to. Each run has at most one. */
export const ActionPlanSchema = defineEntity({
  name: "ActionPlan",
  tableName: "action_plan",
  properties: {
    id: id(),
    uuid: uuid(),
    audit: () => p.manyToOne(AuditSchema),
    strategy: () => p.manyToOne(StrategySchema).nullable(),
    run: () => p.oneToOne(RunSchema),
    state: p.enum(() => PLAN_STATES),
    globalEfficacy: emptyList(),
    /** W3C traceparent of the run, below which its execution belongs; null: it is not traced. */
    traceParent: p.text().nullable(),
    hostname: p.text().nullable(),
    statusMessage: p.text().nullable(),
    /** When it was given to appliers, by a user or by auto_trigger: an applier takes it from then on. */
    launchedAt: time().nullable(),
    /** Fencing token of the applier's lease: grows with every lease. */
    token: p.bigint("string").default(0),
    applierId: p.text().nullable(),
    /** Counter, not a clock, as that of a run. */
    heartbeat: p.bigint("string").default(0),
    /** The claim that brought the newest lease. */
    claimId: p.uuid().nullable(),
    /** Leases that were lost since one of its actions came to an end. */
    leasesLost: p.integer().default(0),
    startedAt: time().nullable(),
    finishedAt: time().nullable(),
    version: version(),
    lastEdit: lastEdit(),
    ...timestamps(),
  },
  indexes: [
    { name: "action_plan_audit_id_state_index", properties: ["audit", "state"] },
    {
      name: "action_plan_launched_index",
      properties: ["launchedAt"],
      where: "state in ('RECOMMENDED', 'PENDING') and launched_at is not null",
    },
    {
      name: "action_plan_claim_id_index",
      properties: ["claimId"],
      where: "state in ('ONGOING', 'CANCELLING')",
    },
    { name: "action_plan_live_index", properties: ["id"], where: "state in ('ONGOING', 'CANCELLING')" },
    { name: "action_plan_recommended_index", properties: ["createdAt"], where: "state = 'RECOMMENDED'" },
    {
      name: "action_plan_global_efficacy_index",
      expression: `create index "action_plan_global_efficacy_index" on "action_plan" (left("global_efficacy"::text, 500), "id")`,
    },
  ],
});

/** Indexes for lists of actions by every key: those of live rows, and those of deleted ones. */
const ORDERS_OF_ACTIONS = [
  ["state", '"state"'],
  ["action_type", '"action_type"'],
  ["created_at", '"created_at"'],
  ["updated_at", '"updated_at" nulls first'],
  ["status_message", '"status_message" nulls first'],
  ["input_parameters", 'left("input_parameters"::text, 64)'],
  ["parents", 'left("parents"::text, 64)'],
].flatMap(([name, key]) => [
  {
    name: `action_${name}_index`,
    expression: `create index "action_${name}_index" on "action" (${key}, "id") where deleted_at is null`,
  },
  {
    name: `action_deleted_${name}_index`,
    expression: `create index "action_deleted_${name}_index" on "action" (${key}, "id") where deleted_at is not null`,
  },
]);

/** One step of a plan. Ids grow in plan order: clients address actions by their place in the list. */
export const ActionSchema = defineEntity({
  name: "Action",
  tableName: "action",
  properties: {
    id: id(),
    uuid: uuid(),
    actionPlan: () => p.manyToOne(ActionPlanSchema),
    actionType: p.text(),
    state: p.enum(() => ACTION_STATES),
    inputParameters: orderedObject(),
    /** UUIDs of actions of the same plan that must have finished before. */
    parents: orderedList(),
    /** What its applier noted before the effect, for one that takes over. */
    intent: p.json<Record<string, unknown>>().nullable(),
    statusMessage: p.text().nullable(),
    version: version(),
    lastEdit: lastEdit(),
    ...timestamps(),
  },
  indexes: [
    { name: "action_action_plan_id_id_index", properties: ["actionPlan", "id"] },
    {
      name: "action_failed_migration_index",
      properties: ["actionPlan"],
      where: "state = 'FAILED' and action_type = 'migrate'",
    },
    {
      name: "action_deleted_at_index",
      expression: `create index "action_deleted_at_index" on "action" ("deleted_at" nulls first, "id")`,
    },
    ...ORDERS_OF_ACTIONS,
  ],
});

/** A measured effect that a plan promises. */
export const EfficacyIndicatorSchema = defineEntity({
  name: "EfficacyIndicator",
  tableName: "efficacy_indicator",
  properties: {
    id: id(),
    uuid: uuid(),
    actionPlan: () => p.manyToOne(ActionPlanSchema).index("efficacy_indicator_action_plan_id_index"),
    name: p.text(),
    description: p.text(),
    unit: p.text().nullable(),
    value: p.double(),
    ...timestamps(),
  },
});
