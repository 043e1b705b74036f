import { type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { firstRow, type Sql } from "../database/transaction.ts";
import { isStoredUuid } from "./ident.ts";

/** What an audit takes from its template. */
export interface TemplateOfAudit {
  name: string;
  goalUuid: string;
  /** Empty: none. */
  strategyUuid: string;
  scope: JsonValue[];
  defaultParameters: JsonObject;
}

const TEMPLATE = `
select t.name, g.uuid as "goalUuid", coalesce(s.uuid::text, '') as "strategyUuid", t.scope,
  t.default_parameters as "defaultParameters"
from audit_template t join goal g on g.id = t.goal_id left join strategy s on s.id = t.strategy_id
where t.uuid = $1::uuid and t.deleted_at is null`;

/**
 * The live template with this UUID.
 * @throws VigilError invalid-input, with Watcher's text
 */
export async function requireTemplate(sql: Sql, uuid: string): Promise<TemplateOfAudit> {
  const row = isStoredUuid(uuid) ? await firstRow<TemplateOfAudit>(sql, TEMPLATE, [uuid]) : undefined;
  if (row === undefined) {
    throw new VigilError("invalid-input", "The audit template UUID or name specified is invalid");
  }
  return row;
}
