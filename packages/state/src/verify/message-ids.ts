/** By which ids the ledger may have a message of the event stream. */

import { createHash } from "node:crypto";
import { misfitKey, type Sha256, uuidOfHash } from "@vigil/core";
import { isStoredUuid } from "../records/ident.ts";

const sha256: Sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** A message as it lies in the stream. */
export interface StoredMessage {
  sequence: number;
  /** When the stream stored it, ms since 1970. */
  timeMs: number;
  /** What its envelope says, whatever that is; undefined where it can't be read. */
  eventId: string | undefined;
}

/**
 * The event's own id, and the one that the ledger has it by if no worker could make anything of it. UUIDs all, so that
 * no message makes the database refuse the question.
 */
export function ledgerIdsOf({ sequence, timeMs, eventId = "" }: StoredMessage): string[] {
  const misfit = uuidOfHash(misfitKey(sequence, timeMs, sha256));
  const own = eventId.toLowerCase();
  return isStoredUuid(own) ? [own, misfit] : [misfit];
}
