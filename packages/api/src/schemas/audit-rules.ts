/**
 * What has to hold among the members of a new audit (rest-api 6.3), whichever API it comes through. Rows
 * 1 to 7 are decided here; the state service decides 10 to 14, for which it needs the database.
 */

import { type AuditType, readInterval, VigilError } from "@vigil/core";
import type { CreateAuditRequest } from "@vigil/proto";
import { fieldRefusal } from "./bind.ts";
import { isStorable, UNSTORABLE } from "./storable.ts";
import { readInstant } from "./time.ts";

const AUDIT_TYPES: readonly AuditType[] = ["ONESHOT", "CONTINUOUS", "EVENT"];

/** Characters; longer names are cut without an error (rest-api 6.2, 10). */
export const AUDIT_NAME_LENGTH_MAX = 63;

/** A new audit as its sender described it. An absent member was not given. */
export interface AuditDraft {
  auditType: string;
  name?: string | undefined;
  goal?: string | undefined;
  strategy?: string | undefined;
  auditTemplateUuid?: string | undefined;
  interval?: string | undefined;
  /** null differs from absent: no defaults are filled in. */
  parameters?: Record<string, unknown> | null | undefined;
  autoTrigger?: boolean | undefined;
  force?: boolean | undefined;
  startTime?: string | undefined;
  endTime?: string | undefined;
  triggerStates?: string[] | undefined;
}

/**
 * Rows 1 to 7, and before them what no row can hold.
 *
 * @throws VigilError invalid-input
 */
export function checkAuditDraft(draft: AuditDraft): void {
  checkCharacters(draft);
  if (!(AUDIT_TYPES as readonly string[]).includes(draft.auditType)) {
    throw refused(`Audit type ${draft.auditType} could not be found`);
  }
  if (draft.interval !== undefined) readInterval(draft.interval);
  if (!draft.goal && !draft.auditTemplateUuid) {
    throw refused("A valid goal or audit_template_id must be provided");
  }
  if (draft.goal && draft.auditTemplateUuid) {
    throw refused("Either audit_template_uuid or goal should be provided.");
  }
  checkSchedule(draft);
}

function checkCharacters({ name, goal, strategy, parameters }: AuditDraft): void {
  for (const [member, value] of Object.entries({ name, goal, strategy, parameters })) {
    if (!isStorable(value)) throw fieldRefusal(member, value, UNSTORABLE);
  }
}

function checkSchedule(draft: AuditDraft): void {
  if (draft.auditType === "CONTINUOUS" && draft.interval === undefined) {
    throw refused("Interval of audit must be specified for CONTINUOUS.");
  }
  if (draft.auditType !== "ONESHOT") return;
  if (draft.interval !== undefined) throw refused("Interval of audit must not be set for ONESHOT.");
  if (hasTimes(draft)) throw refused("Start or End time of audit must not be set for ONESHOT.");
}

/** Whether members of microversion 1.1 are set. */
export function hasTimes(draft: AuditDraft): boolean {
  return draft.startTime !== undefined || draft.endTime !== undefined;
}

/**
 * The draft as the state service takes it. `uuid` is the caller's, so that a repeated call makes no
 * second audit.
 *
 * @throws VigilError invalid-input for a time that cannot be read
 */
export function createAuditRequest(draft: AuditDraft, uuid: string): CreateAuditRequest {
  return {
    uuid,
    name: Array.from(draft.name ?? "")
      .slice(0, AUDIT_NAME_LENGTH_MAX)
      .join(""),
    auditType: draft.auditType,
    goal: draft.goal ?? "",
    strategy: draft.strategy ?? "",
    parametersJson: draft.parameters === undefined ? "" : JSON.stringify(draft.parameters),
    interval: draft.interval,
    autoTrigger: draft.autoTrigger ?? false,
    force: draft.force ?? false,
    startTime: draft.startTime === undefined ? undefined : readInstant("start_time", draft.startTime),
    endTime: draft.endTime === undefined ? undefined : readInstant("end_time", draft.endTime),
    triggerStates: draft.triggerStates ?? [],
    auditTemplateUuid: draft.auditTemplateUuid ?? "",
  };
}

function refused(message: string): VigilError {
  return new VigilError("invalid-input", message);
}
