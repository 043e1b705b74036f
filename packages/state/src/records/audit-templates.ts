import type { AuditTemplate } from "@vigil/proto";
import { commonKeys, jsonKeys, ownKeys, type Resource, timestampColumns } from "./resource.ts";

export const AUDIT_TEMPLATES: Resource<AuditTemplate> = {
  title: "AuditTemplate",
  table: "audit_template t",
  joins: "left join goal g on g.id = t.goal_id left join strategy s on s.id = t.strategy_id",
  alias: "t",
  marker: "t.uuid",
  softDelete: true,
  columns: {
    id: "t.id::text",
    uuid: "t.uuid",
    name: "t.name",
    description: "t.description",
    goalUuid: "g.uuid",
    goalName: "g.name",
    strategyUuid: "s.uuid",
    strategyName: "s.name",
    scopeJson: "t.scope::text",
    defaultParametersJson: "t.default_parameters::text",
    ...timestampColumns("t"),
  },
  sortKeys: {
    ...commonKeys("t"),
    ...ownKeys("t", "text", ["name", "description"]),
    ...ownKeys("t", "bigint", ["goal_id", "strategy_id"]),
    ...jsonKeys("t", ["scope", "default_parameters"]),
    goal_uuid: { expression: "g.uuid", type: "uuid", nullable: false },
    goal_name: { expression: "g.name", type: "text", nullable: false },
    strategy_uuid: { expression: "s.uuid", type: "uuid", nullable: true },
    strategy_name: { expression: "s.name", type: "text", nullable: true },
  },
};
