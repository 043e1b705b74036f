import { defineEntity, p } from "@mikro-orm/core";
import { EVENT_FATES } from "@vigil/core";
import { AuditSchema } from "./audit.ts";
import { id, time, uuid } from "./columns.ts";
import { RunSchema } from "./run.ts";

/** The ledger: one row for each accepted occurrence, and what became of it. */
export const EventSchema = defineEntity({
  name: "Event",
  tableName: "event",
  properties: {
    id: id(),
    /** Derived from the occurrence key, so that a repetition has the same id. */
    eventId: uuid(),
    /** Null while, or because, the ident names no audit. */
    audit: () => p.manyToOne(AuditSchema).nullable(),
    fate: p.enum(() => EVENT_FATES),
    reason: p.text().nullable(),
    run: () => p.manyToOne(RunSchema).nullable(),
    duplicateOf: p.uuid().nullable(),
    /** The event that an operator had run again by this one. */
    replayOf: p.uuid().nullable(),
    occurrenceKey: p.text(),
    baseHash: p.text(),
    exact: p.boolean(),
    requestId: p.text(),
    format: p.text(),
    bodyParse: p.text(),
    current: p.text(),
    body: p.blob(),
    sender: p.json<Record<string, unknown>>(),
    auditIdent: p.text(),
    streamSequence: p.bigint("string"),
    streamTime: time(),
    receivedAt: time(),
    /** W3C traceparent below which the run that answers it belongs; null: it is not traced. */
    traceParent: p.text().nullable(),
    arrivedAt: time().defaultRaw("clock_timestamp()"),
  },
  indexes: [
    { name: "event_occurrence_index", properties: ["audit", "baseHash", "arrivedAt"] },
    { name: "event_waiting_index", properties: ["audit"], where: "fate = 'WAITING'" },
    { name: "event_run_id_index", properties: ["run"] },
    { name: "event_replay_of_index", properties: ["replayOf"], where: "replay_of is not null" },
    {
      name: "event_open_index",
      properties: ["id"],
      where: "fate in ('WAITING', 'LEASED', 'DEAD_LETTER')",
    },
  ],
});
