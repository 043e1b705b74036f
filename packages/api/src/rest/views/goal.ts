import type { GoalRow } from "../../rows.ts";
import { timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** A goal (rest-api 3): a single one has exactly eight members, which clients count. */
export function goalView(row: GoalRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    name: row.name,
    display_name: row.displayName,
    efficacy_specification: JSON.parse(row.efficacySpecificationJson) as unknown[],
    links: objectLinks(options.hostUrl, "goals", row.uuid),
    ...(options.detail && {
      created_at: timestamp(row.createdAt),
      updated_at: timestamp(row.updatedAt),
      deleted_at: timestamp(row.deletedAt),
    }),
  };
}
