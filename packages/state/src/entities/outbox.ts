import { defineEntity, p } from "@mikro-orm/core";
import { createdAt, id } from "./columns.ts";

/**
 * Changes that are committed and not yet published; a published row is deleted. Rows become visible in order of
 * commit, which is not the order of ids: receivers compare versions.
 */
export const OutboxSchema = defineEntity({
  name: "Outbox",
  tableName: "outbox",
  properties: {
    id: id(),
    /** audit, run, action_plan or action. */
    kind: p.text(),
    uuid: p.uuid(),
    version: p.bigint("string"),
    data: p.json<Record<string, unknown>>(),
    /** What edges have to know; null when nothing that an edge looks at changed. */
    indexEntry: p.json<Record<string, unknown>>().nullable(),
    createdAt: createdAt(),
  },
});
