/**
 * What users may do with audits (rest-api 6.5 to 6.7). Called under the lock of the audit's row, so of two patches of
 * different members at once both survive.
 */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { AuditState, AuditType, RunEnd } from "../life/terms.ts";
import { nextRunMs, readInterval } from "../schedule/interval.ts";
import { type AuditMembers, readMember } from "./audit-members.ts";
import { applyPatch, type PatchOperation, rootOf } from "./json-patch.ts";
import { refuseDeletion, refuseInternal, transitionText } from "./members.ts";

/** What an edit looks at of an audit. */
export interface EditableAudit {
  members: AuditMembers;
  /** Empty: the goal's default strategy. */
  strategyName: string;
  /** When it runs next, ms since 1970; null: it has not been scheduled. */
  nextRunMs: number | null;
}

/** What becomes of an audit by a user's edit. */
export interface AuditEdit {
  members: AuditMembers;
  /** Members that the patch sets, or changes something in. */
  touched: ReadonlySet<keyof AuditMembers>;
  /**
   * keep: nothing changes for runs. discard: the open run ends, and waiting events with it. restart: a ONESHOT audit
   * gets its run unless it has one; it was discarded when the audit was suspended, or there was none for another type.
   * retype: a run that is due for the type before ends, for nobody asks for it any more; one that an event has made
   * due stays, and so does one that a worker has.
   */
  runs: "keep" | "discard" | "restart" | "retype";
  /** When it runs next, ms since 1970; null: as soon as its interval allows. Other than before if that has changed. */
  nextRunMs: number | null;
  /** It goes on after a pause: failures before count no more. */
  resume: boolean;
  /** Patched to DELETED, which is the same as to delete it. */
  isDeletion: boolean;
}

/** All that a PATCH may do to the state. */
const TRANSITIONS: Record<AuditState, readonly AuditState[]> = {
  PENDING: ["ONGOING", "CANCELLED"],
  ONGOING: ["FAILED", "SUCCEEDED", "CANCELLED", "SUSPENDED"],
  SUSPENDED: ["ONGOING", "DELETED"],
  SUCCEEDED: ["DELETED"],
  FAILED: ["DELETED"],
  CANCELLED: ["DELETED"],
  DELETED: [],
};

const DELETABLE: readonly AuditState[] = ["SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED"];

/** States in which an audit may have a run, or gets one. */
const OPEN: readonly AuditState[] = ["PENDING", "ONGOING"];

/**
 * Known members that can't be patched. The reference takes `goal` and `strategy` without any effect; to refuse them
 * tells the user so.
 */
const FIXED_MEMBERS = [
  "audit_template_uuid",
  "type",
  "goal",
  "strategy",
  "goal_uuid",
  "goal_name",
  "strategy_uuid",
  "strategy_name",
  "next_run_time",
];

/**
 * Whether the operations make sense for whatever audit.
 * @throws VigilError invalid-input
 */
export function checkAuditPatch(operations: readonly PatchOperation[]): void {
  for (const operation of operations) {
    const isStateLost = operation.path === "/state" && (operation.value ?? null) === null;
    if (!isStateLost && !FIXED_MEMBERS.includes(rootOf(operation))) continue;
    throw new VigilError("invalid-input", `${clip(operation.path)} can't be updated.`);
  }
  refuseInternal(operations, ["status_message"]);
}

/**
 * @param nowMs of the database's clock, ms since 1970
 * @throws VigilError invalid-input, illegal-state
 */
export function editAudit(
  audit: EditableAudit,
  operations: readonly PatchOperation[],
  nowMs: number,
): AuditEdit {
  checkAuditPatch(operations);
  checkTransitions(audit.members.state, operations);
  const { members: before } = audit;
  const patched = applyPatch({ ...before } as unknown as JsonObject, operations);
  const touched = new Set(operations.map(rootOf)) as Set<keyof AuditMembers>;
  const members = { ...before };
  for (const member of touched) setMember(members, member, patched[member] ?? null, audit.strategyName);
  return { members, touched, nextRunMs: nextRun(audit, members, nowMs), ...lifeAfter(before, members) };
}

/** Each operation on the state is a step of its own. */
function checkTransitions(state: AuditState, operations: readonly PatchOperation[]): void {
  let from = state;
  for (const { path, value } of operations) {
    if (path !== "/state") continue;
    const to = TRANSITIONS[from].find((possible) => possible === value);
    if (to === undefined) throw new VigilError("illegal-state", transitionText(from, value ?? null));
    from = to;
  }
}

function setMember<Member extends keyof AuditMembers>(
  members: AuditMembers,
  member: Member,
  value: JsonValue,
  strategyName: string,
): void {
  members[member] = readMember(member, value, strategyName);
}

/**
 * null unless the audit is scheduled. Another interval counts from now on; the first run of an audit that never ran stays as near as it was. An audit that
 * waited for its window is looked at anew: its first run comes with the window, not an interval from now.
 */
function nextRun({ members: before, nextRunMs: stored }: EditableAudit, after: AuditMembers, nowMs: number) {
  if (!OPEN.includes(after.state) || after.audit_type !== before.audit_type) return null;
  const waited = before.start_time !== null && Date.parse(before.start_time) > nowMs;
  const isSame = after.interval === before.interval;
  if (waited && !(isSame && after.start_time === before.start_time)) return null;
  if (after.audit_type !== "CONTINUOUS" || isSame) return stored;
  return stored === null || after.interval === null ? null : nextRunMs(readInterval(after.interval), nowMs);
}

function lifeAfter(
  before: AuditMembers,
  after: AuditMembers,
): Pick<AuditEdit, "runs" | "resume" | "isDeletion"> {
  const isDeletion = after.state === "DELETED";
  const resume = before.state === "SUSPENDED" && after.state === "ONGOING";
  const stops = isDeletion || (OPEN.includes(before.state) && !OPEN.includes(after.state));
  const isOfNewType = after.audit_type !== before.audit_type && OPEN.includes(after.state);
  const needsRun = after.audit_type === "ONESHOT" && (resume || isOfNewType);
  const runs = stops ? "discard" : needsRun ? "restart" : isOfNewType ? "retype" : "keep";
  return { runs, resume, isDeletion };
}

/**
 * The edit of an audit whose type it changes, when it leaves no run open. An EVENT audit waits for its webhook, and
 * PENDING: strict mode refuses the alarms of one that is ONGOING, and no run would ever end that.
 */
export function withoutRun(edit: AuditEdit): AuditEdit {
  const { members, touched } = edit;
  const isLeftOngoing = members.audit_type === "EVENT" && members.state === "ONGOING";
  if (!isLeftOngoing || touched.has("state")) return edit;
  return { ...edit, members: { ...members, state: "PENDING", hostname: null } };
}

/** @throws VigilError illegal-state */
export function deleteAudit({ members, nextRunMs }: EditableAudit): AuditEdit {
  refuseDeletion(members.state, DELETABLE);
  const deleted = { ...members, state: "DELETED" as const };
  return { members: deleted, touched: new Set(["state"]), nextRunMs, ...lifeAfter(members, deleted) };
}

/** How the open run of an audit ends that a user has moved to this state. Its worker learns it by its next heartbeat. */
export function endOfEditedRun(state: AuditState): RunEnd {
  return {
    run: { state: "DISCARDED" },
    leased: "DISCARDED",
    waiting: "DISCARDED",
    reason: `a user set the audit to ${state}`,
    audit: {},
    deadLetter: false,
  };
}

/** How a due run of an audit ends that a user has given another type. Events that wait get a run of their own. */
export function endOfRetypedRun(type: AuditType): RunEnd {
  return {
    run: { state: "DISCARDED" },
    leased: "WAITING",
    waiting: "keep",
    reason: `a user made the audit ${type}`,
    audit: {},
    deadLetter: false,
  };
}
