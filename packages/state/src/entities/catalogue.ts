import { defineEntity, p } from "@mikro-orm/core";
import { createdAt, id } from "./columns.ts";

/** A set of goals, strategies and scoring engines that the tables took over from a release; the newest is the last. */
export const CatalogueSchema = defineEntity({
  name: "Catalogue",
  tableName: "catalogue",
  properties: {
    id: id(),
    /** SHA-256 of the set, in hex. */
    hash: p.text().unique(),
    createdAt: createdAt(),
  },
});
