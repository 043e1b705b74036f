/**
 * Whether the ledger is as old as the event stream beside it. Pure.
 *
 * State raises a count, in the database first and then on the broker, whenever events were handled since. So the
 * broker's count is never above the database's, unless the database was restored from a backup, or lost its last
 * commits in a failover. That is found out however much is ingested before anybody looks. What happened between the
 * last raise and the backup shows by the newest handled event, as long as no newer one was handled.
 */

import type { LedgerSign } from "@vigil/bus";

export interface LedgerMarks {
  count: number;
  position: string;
  /** The disagreement for which all events were last delivered again. */
  fed: string;
  database: string;
}

export type LedgerVerdict =
  /** Nothing was handled since the last look. */
  | { verdict: "same" }
  /** Events were handled, or the broker lost its count, or does not know whose it is: both get this one. */
  | { verdict: "raise"; count: number }
  /** The ledger is older. `isFed`: events are being delivered again for this very disagreement. */
  | { verdict: "older"; disagreement: string; isFed: boolean; count: number }
  /** Every event was delivered again and this one is still not in the ledger. */
  | { verdict: "contradiction"; eventId: string };

/** @param knowsNewest whether the ledger has the newest handled message; true when there is none to look for */
export function judgeLedger(ours: LedgerMarks, sign: LedgerSign, knowsNewest: boolean): LedgerVerdict {
  const count = Math.max(ours.count, sign.count) + 1;
  if (sign.count > ours.count) {
    const disagreement = `count ${sign.count}`;
    return { verdict: "older", disagreement, isFed: ours.fed === disagreement, count };
  }
  if (!knowsNewest) {
    const disagreement = `event ${sign.newest?.eventId} at ${sign.position}`;
    if (ours.fed === disagreement) return { verdict: "contradiction", eventId: sign.newest?.eventId ?? "" };
    return { verdict: "older", disagreement, isFed: false, count };
  }
  const isNews =
    sign.position !== ours.position || sign.count < ours.count || sign.database !== ours.database;
  return isNews ? { verdict: "raise", count } : { verdict: "same" };
}
