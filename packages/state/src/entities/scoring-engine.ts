import { defineEntity, p } from "@mikro-orm/core";
import { id, timestamps, uuid } from "./columns.ts";

/** A scoring engine that this release ships, for clients that list them. */
export const ScoringEngineSchema = defineEntity({
  name: "ScoringEngine",
  tableName: "scoring_engine",
  properties: {
    id: id(),
    uuid: uuid(),
    name: p.text().unique(),
    description: p.text(),
    metainfo: p.text().nullable(),
    ...timestamps(),
  },
});
