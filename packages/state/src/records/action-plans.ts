import type { Action, ActionPlan } from "@vigil/proto";
import {
  commonKeys,
  deletedApart,
  jsonKeys,
  ownKeys,
  prefixIndexed,
  type Resource,
  timestampColumns,
} from "./resource.ts";

/** Indicators come as one JSON value in the plan's own row: a page of plans stays one statement. */
const INDICATORS = `(
  select coalesce(json_agg(json_strip_nulls(json_build_object(
    'name', i.name, 'description', i.description, 'unit', i.unit, 'value', i.value)) order by i.id), '[]'::json)
  from efficacy_indicator i where i.action_plan_id = p.id and (i.deleted_at is null or p.deleted_at is not null))`;

/**
 * As in the index of migration 0010. Many plans are alike in it, so the index has to have all that they are sorted by, and
 * texts of any length fit into no index.
 */
const EFFICACY_ORDER = `left(p."global_efficacy"::text, 500)`;

export const ACTION_PLANS: Resource<ActionPlan> = {
  title: "ActionPlan",
  table: "action_plan p",
  joins:
    "left join audit a on a.id = p.audit_id left join run r on r.id = p.run_id left join strategy s on s.id = p.strategy_id",
  alias: "p",
  marker: "p.uuid",
  softDelete: true,
  columns: {
    id: "p.id::text",
    uuid: "p.uuid",
    auditUuid: "a.uuid",
    strategyUuid: "s.uuid",
    strategyName: "coalesce(s.name, r.strategy_name)",
    state: "p.state",
    globalEfficacyJson: "p.global_efficacy::text",
    efficacyIndicators: INDICATORS,
    hostname: "p.hostname",
    statusMessage: "p.status_message",
    runId: "r.run_id",
    ...timestampColumns("p"),
  },
  sortKeys: {
    ...commonKeys("p"),
    ...ownKeys("p", "bigint", ["audit_id", "strategy_id"]),
    ...ownKeys("p", "text", ["state", "hostname", "status_message"]),
    global_efficacy: { expression: EFFICACY_ORDER, type: "text", nullable: false },
    audit_uuid: { expression: "a.uuid", type: "uuid", nullable: false },
    strategy_uuid: { expression: "s.uuid", type: "uuid", nullable: true },
    strategy_name: { expression: "s.name", type: "text", nullable: true },
  },
};

export const ACTIONS: Resource<Action> = {
  title: "Action",
  table: "action x",
  // No left join to plans: in the order of their UUIDs PostgreSQL begins with them.
  joins: "join action_plan p on p.id = x.action_plan_id left join audit a on a.id = p.audit_id",
  alias: "x",
  marker: "x.uuid",
  softDelete: true,
  columns: {
    id: "x.id::text",
    uuid: "x.uuid",
    actionPlanUuid: "p.uuid",
    actionType: "x.action_type",
    state: "x.state",
    inputParametersJson: "x.input_parameters::text",
    parents: "x.parents",
    statusMessage: "x.status_message",
    ...timestampColumns("x"),
  },
  sortKeys: {
    ...commonKeys("x"),
    ...ownKeys("x", "bigint", ["action_plan_id"]),
    ...deletedApart({
      ...ownKeys("x", "timestamptz", ["created_at", "updated_at"]),
      ...ownKeys("x", "text", ["action_type", "state", "status_message"]),
      ...prefixIndexed(jsonKeys("x", ["input_parameters", "parents"])),
    }),
    action_plan_uuid: { expression: "p.uuid", type: "uuid", nullable: false },
  },
};
