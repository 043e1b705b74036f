import type { AuditRow } from "../../rows.ts";
import { MINOR } from "../microversion.ts";
import { plainTime, timestamp } from "./time.ts";
import { objectLinks, type ViewOptions } from "./view.ts";

/** An audit (rest-api 6.1). `strategy_name` is there even when null: the command line reads it unguarded. */
export function auditView(row: AuditRow, options: ViewOptions) {
  return {
    uuid: row.uuid,
    name: row.name,
    audit_type: row.auditType,
    state: row.state,
    goal_uuid: row.goalUuid,
    goal_name: row.goalName,
    strategy_uuid: row.strategyUuid ?? null,
    strategy_name: row.strategyName ?? null,
    interval: row.interval ?? null,
    scope: JSON.parse(row.scopeJson) as unknown[],
    auto_trigger: row.autoTrigger,
    next_run_time: plainTime(row.nextRunTime),
    // The short list says false whatever is stored, and so does everything below 1.2.
    force: options.detail && options.minor >= MINOR.force && row.force,
    links: objectLinks(options.hostUrl, "audits", row.uuid),
    ...(options.detail && auditDetail(row, options.minor)),
  };
}

function auditDetail(row: AuditRow, minor: number) {
  return {
    parameters: JSON.parse(row.parametersJson) as object,
    hostname: row.hostname ?? null,
    ...(minor >= MINOR.startEndTime && {
      start_time: plainTime(row.startTime),
      end_time: plainTime(row.endTime),
    }),
    ...(minor >= MINOR.statusMessage && { status_message: row.statusMessage ?? null }),
    created_at: timestamp(row.createdAt),
    updated_at: timestamp(row.updatedAt),
    deleted_at: timestamp(row.deletedAt),
  };
}
