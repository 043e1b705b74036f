import type { Goal, Strategy } from "@vigil/proto";
import { commonKeys, jsonKeys, ownKeys, type Resource, timestampColumns } from "./resource.ts";

export const GOALS: Resource<Goal> = {
  title: "Goal",
  table: "goal g",
  joins: "",
  alias: "g",
  marker: "g.uuid",
  softDelete: true,
  columns: {
    id: "g.id::text",
    uuid: "g.uuid",
    name: "g.name",
    displayName: "g.display_name",
    efficacySpecificationJson: "g.efficacy_specification::text",
    ...timestampColumns("g"),
  },
  sortKeys: {
    ...commonKeys("g"),
    ...ownKeys("g", "text", ["name", "display_name"]),
    ...jsonKeys("g", ["efficacy_specification"]),
  },
};

export const STRATEGIES: Resource<Strategy> = {
  title: "Strategy",
  table: "strategy s",
  joins: "left join goal g on g.id = s.goal_id",
  alias: "s",
  marker: "s.uuid",
  softDelete: true,
  columns: {
    id: "s.id::text",
    uuid: "s.uuid",
    name: "s.name",
    displayName: "s.display_name",
    goalUuid: "g.uuid",
    goalName: "g.name",
    parametersSpecJson: "s.parameters_spec::text",
  },
  sortKeys: {
    ...commonKeys("s"),
    ...ownKeys("s", "text", ["name", "display_name"]),
    ...ownKeys("s", "bigint", ["goal_id"]),
    ...jsonKeys("s", ["parameters_spec"]),
    goal_uuid: { expression: "g.uuid", type: "uuid", nullable: false },
    goal_name: { expression: "g.name", type: "text", nullable: false },
  },
};
