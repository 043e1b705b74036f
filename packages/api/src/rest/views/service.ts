import type { ServiceRow } from "../../rows.ts";
import { plainTime, timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** A service (rest-api 8.2). It has no UUID: its id is shown as a number, and links name it. */
export function serviceView(row: ServiceRow, options: ViewOptions) {
  return {
    id: Number(row.id),
    name: row.name,
    host: row.host,
    status: row.status,
    links: objectLinks(options.hostUrl, "services", row.id),
    ...(options.detail && {
      last_seen_up: plainTime(row.lastSeenUp),
      created_at: timestamp(row.createdAt),
      updated_at: timestamp(row.updatedAt),
      deleted_at: timestamp(row.deletedAt),
    }),
  };
}
