import { ACTION_DESCRIPTIONS } from "@vigil/core";
import type { ActionRow } from "../../rows.ts";
import { MINOR } from "../microversion.ts";
import { timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** An action (rest-api 7.5). */
export function actionView(row: ActionRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    action_plan_uuid: row.actionPlanUuid,
    state: row.state,
    action_type: row.actionType,
    parents: row.parents,
    links: objectLinks(options.hostUrl, "actions", row.uuid),
    ...(options.detail && {
      input_parameters: JSON.parse(row.inputParametersJson) as object,
      description: ACTION_DESCRIPTIONS.get(row.actionType) ?? "",
      ...(options.minor >= MINOR.statusMessage && { status_message: row.statusMessage ?? null }),
      created_at: timestamp(row.createdAt),
      updated_at: timestamp(row.updatedAt),
      deleted_at: timestamp(row.deletedAt),
    }),
  };
}
