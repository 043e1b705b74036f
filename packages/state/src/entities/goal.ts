import { defineEntity, p } from "@mikro-orm/core";
import { emptyList, emptyObject, id, timestamps, uuid } from "./columns.ts";

/** What can be aimed at. Filled from core's catalogue at start. */
export const GoalSchema = defineEntity({
  name: "Goal",
  tableName: "goal",
  properties: {
    id: id(),
    uuid: uuid(),
    name: p.text().unique(),
    displayName: p.text(),
    efficacySpecification: emptyList(),
    ...timestamps(),
  },
});

/** A way to a goal. Filled from core's catalogue at start. */
export const StrategySchema = defineEntity({
  name: "Strategy",
  tableName: "strategy",
  properties: {
    id: id(),
    uuid: uuid(),
    name: p.text().unique(),
    displayName: p.text(),
    goal: () => p.manyToOne(GoalSchema),
    parametersSpec: emptyObject(),
    ...timestamps(),
  },
});
