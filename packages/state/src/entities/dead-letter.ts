import { defineEntity, p } from "@mikro-orm/core";
import { AuditSchema } from "./audit.ts";
import { createdAt, id, uuid } from "./columns.ts";

/** What could not be done, kept with its reason until an operator decides. */
export const DeadLetterSchema = defineEntity({
  name: "DeadLetter",
  tableName: "dead_letter",
  properties: {
    id: id(),
    uuid: uuid(),
    /** event or run. */
    kind: p.text(),
    audit: () => p.manyToOne(AuditSchema).nullable(),
    eventId: p.uuid().nullable(),
    runId: p.uuid().nullable(),
    reason: p.text(),
    detail: p.json<Record<string, unknown>>().defaultRaw("'{}'::jsonb"),
    createdAt: createdAt(),
  },
});
