import { defineEntity, p } from "@mikro-orm/core";
import { emptyObject, time } from "./columns.ts";

/** A role of a process that has reported within a day; see system/processes.ts. */
export const ProcessSchema = defineEntity({
  name: "Process",
  tableName: "process",
  properties: {
    instance: p.uuid().primary(),
    role: p.text().primary(),
    host: p.text(),
    version: p.text(),
    startedAt: time(),
    seenAt: time().defaultRaw("clock_timestamp()"),
    clockAheadMs: p.bigint("string"),
    facts: emptyObject(),
  },
});
