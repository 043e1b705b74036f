import type { AuditTemplateRow } from "../../rows.ts";
import { MINOR } from "../microversion.ts";
import { timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** An audit template (rest-api 5.1). Members of the strategy are there even when null. */
export function auditTemplateView(row: AuditTemplateRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    name: row.name,
    goal_uuid: row.goalUuid,
    goal_name: row.goalName,
    strategy_uuid: row.strategyUuid ?? null,
    strategy_name: row.strategyName ?? null,
    scope: JSON.parse(row.scopeJson) as unknown[],
    links: objectLinks(options.hostUrl, "audit_templates", row.uuid),
    ...(options.detail && {
      description: row.description ?? null,
      ...(options.minor >= MINOR.defaultParameters && {
        default_parameters: JSON.parse(row.defaultParametersJson || "{}") as object,
      }),
      created_at: timestamp(row.createdAt),
      updated_at: timestamp(row.updatedAt),
      deleted_at: timestamp(row.deletedAt),
    }),
  };
}
