import type { ScoringEngine } from "@vigil/proto";
import { commonKeys, ownKeys, type Resource, timestampColumns } from "./resource.ts";

export const SCORING_ENGINES: Resource<ScoringEngine> = {
  title: "ScoringEngine",
  table: "scoring_engine e",
  joins: "",
  alias: "e",
  marker: "e.uuid",
  softDelete: true,
  columns: {
    id: "e.id::text",
    uuid: "e.uuid",
    name: "e.name",
    description: "e.description",
    metainfo: "e.metainfo",
    ...timestampColumns("e"),
  },
  sortKeys: {
    ...commonKeys("e"),
    ...ownKeys("e", "text", ["name", "description", "metainfo"]),
  },
};
