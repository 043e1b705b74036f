import { defineEntity, p } from "@mikro-orm/core";

/** What this database last saw of the broker; see broker/marks.ts. */
export const BrokerMarkSchema = defineEntity({
  name: "BrokerMark",
  tableName: "broker_mark",
  properties: {
    name: p.text().primary(),
    value: p.text(),
  },
});
