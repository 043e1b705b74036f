/** What all batches of calls that share a transaction have in common. */

import { fromDatabaseError, isLockTimeout } from "../database/errors.ts";
import type { TransactionLimits } from "../database/transaction.ts";

/**
 * Wait for the row of an audit or a plan, ms: of a batch, whose other calls wait with it, and of a call by itself,
 * which takes the place of a batch. Usually milliseconds; a huge plan that is being written, or a state process that
 * was stopped in the middle of a transaction, may hold a row for seconds. The caller tries again.
 */
const SHARED_LOCK_WAIT_MS = 1_000;
const LONE_LOCK_WAIT_MS = 2_000;

/** Transactions of one kind under way: while one waits for the disk another uses the processor. */
export const BATCHES_MAX = 4;

export function lockWait(batch: readonly unknown[]): TransactionLimits {
  return { lockTimeoutMs: batch.length > 1 ? SHARED_LOCK_WAIT_MS : LONE_LOCK_WAIT_MS };
}

/**
 * Not the database's trouble but something that one call gave it, or that somebody holds the row of one: the others
 * of its batch are innocent.
 */
export function isItemsFault(error: unknown): boolean {
  if (isLockTimeout(error)) return true;
  const { kind } = fromDatabaseError(error);
  return kind === "invalid-input" || kind === "internal";
}
