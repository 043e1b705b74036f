import type { ScoringEngineRow } from "../../rows.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** A scoring engine (rest-api 8.1): a single one has exactly five members, which clients count. No times. */
export function scoringEngineView(row: ScoringEngineRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    links: objectLinks(options.hostUrl, "scoring_engines", row.uuid),
    ...(options.detail && { metainfo: row.metainfo ?? null }),
  };
}
