import { isRunnable } from "../life/start.ts";
import { AUDIT_STATES, type AuditState, type EventMode } from "../life/terms.ts";

/** What the edge knows of an audit, from its replica of the audit index. */
export interface TriggeredAudit {
  type: string;
  state: string;
}

/**
 * Why an audit takes no event now, in Watcher's words; undefined when it does. The edge's view may be
 * old: what it accepts, the ledger judges again under the audit's lock.
 */
export function triggerRefusal(audit: TriggeredAudit, eventMode: EventMode): string | undefined {
  if (audit.type !== "EVENT") return `Audit type ${audit.type} is disallowed.`;
  return takesEvents(audit.state, eventMode) ? undefined : `Audit state ${audit.state} is disallowed.`;
}

function takesEvents(state: string, eventMode: EventMode): boolean {
  // A state that only a newer Vigil knows: the ledger, which is as new as the state, decides.
  if (!isAuditState(state)) return true;
  if (eventMode === "strict" && state === "ONGOING") return false;
  return isRunnable({ type: "EVENT", state }, eventMode);
}

function isAuditState(state: string): state is AuditState {
  return (AUDIT_STATES as readonly string[]).includes(state);
}
