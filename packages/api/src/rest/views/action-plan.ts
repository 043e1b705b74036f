import type { ActionPlanRow, EfficacyIndicatorRow } from "../../rows.ts";
import { MINOR } from "../microversion.ts";
import { timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** An action plan (rest-api 7.1). Both efficacy members are lists in every view, and their values numbers. */
export function actionPlanView(row: ActionPlanRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    audit_uuid: row.auditUuid,
    strategy_uuid: row.strategyUuid || null,
    strategy_name: row.strategyName || null,
    state: row.state,
    efficacy_indicators: row.efficacyIndicators.map(indicatorView),
    global_efficacy: (JSON.parse(row.globalEfficacyJson || "[]") ?? []) as unknown[],
    updated_at: timestamp(row.updatedAt),
    links: objectLinks(options.hostUrl, "action_plans", row.uuid),
    ...(options.detail && {
      hostname: row.hostname ?? null,
      ...(options.minor >= MINOR.statusMessage && { status_message: row.statusMessage ?? null }),
      created_at: timestamp(row.createdAt),
      deleted_at: timestamp(row.deletedAt),
    }),
  };
}

function indicatorView(row: EfficacyIndicatorRow) {
  return { name: row.name, description: row.description, unit: row.unit ?? null, value: row.value };
}
