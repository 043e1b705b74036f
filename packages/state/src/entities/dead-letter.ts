import { defineEntity, p } from "@mikro-orm/core";
import { AuditSchema } from "./audit.ts";
import { createdAt, id, time, uuid } from "./columns.ts";

export const DEAD_LETTER_RESOLUTIONS = ["REPLAYED", "DROPPED"] as const;

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
    /** What an operator decided; null while it is open. */
    resolution: p.enum(() => DEAD_LETTER_RESOLUTIONS).nullable(),
    resolvedAt: time().nullable(),
    /** User id of the operator. */
    resolvedBy: p.text().nullable(),
    lastEdit: p.uuid().nullable(),
  },
  indexes: [
    { name: "dead_letter_open_index", properties: ["id"], where: "resolution is null" },
    { name: "dead_letter_audit_id_index", properties: ["audit"] },
    { name: "dead_letter_event_id_index", properties: ["eventId"] },
    { name: "dead_letter_run_id_index", properties: ["runId"] },
  ],
});
