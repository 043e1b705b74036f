import type { StrategyRow } from "../../rows.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** A strategy (rest-api 4): no timestamps in any view. */
export function strategyView(row: StrategyRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    name: row.name,
    display_name: row.displayName,
    goal_uuid: row.goalUuid,
    goal_name: row.goalName,
    links: objectLinks(options.hostUrl, "strategies", row.uuid),
    ...(options.detail && { parameters_spec: JSON.parse(row.parametersSpecJson) as object }),
  };
}
