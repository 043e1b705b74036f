import { defineEntity, p } from "@mikro-orm/core";
import { id, lastEdit, orderedList, orderedObject, timestamps, uuid } from "./columns.ts";
import { GoalSchema, StrategySchema } from "./goal.ts";

export const AuditTemplateSchema = defineEntity({
  name: "AuditTemplate",
  tableName: "audit_template",
  properties: {
    id: id(),
    uuid: uuid(),
    name: p.text(),
    description: p.text().nullable(),
    goal: () => p.manyToOne(GoalSchema),
    strategy: () => p.manyToOne(StrategySchema).nullable(),
    scope: orderedList(),
    defaultParameters: orderedObject(),
    lastEdit: lastEdit(),
    ...timestamps(),
  },
  uniques: [{ name: "audit_template_name_unique", properties: ["name"], where: "deleted_at is null" }],
  indexes: [
    {
      name: "audit_template_lower_name_index",
      expression: 'create index "audit_template_lower_name_index" on "audit_template" (lower("name"))',
    },
  ],
});
