import { defineEntity, p } from "@mikro-orm/core";
import { id, time, timestamps } from "./columns.ts";

/** A process that reports itself, under the name that Watcher's clients look for. */
export const ServiceSchema = defineEntity({
  name: "Service",
  tableName: "service",
  properties: {
    id: id(),
    name: p.text(),
    host: p.text(),
    lastSeenUp: time(),
    ...timestamps(),
  },
  uniques: [{ name: "service_name_host_unique", properties: ["name", "host"] }],
});
