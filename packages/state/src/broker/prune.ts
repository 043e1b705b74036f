/** Which model snapshots may go. Pure. */

export interface PrunableSnapshot {
  hash: string;
  /** Bytes. */
  size: number;
  isHead: boolean;
  /** When it was last the newest of its kind, ms since 1970. */
  headedMs: number;
  /** When a run that names it last ended; undefined when none does. */
  namedMs: number | undefined;
}

export interface PruneRules {
  nowMs: number;
  /** How long after the last run that names it a snapshot is kept, for computing that run again. */
  keepMs: number;
  /** What all may take together; the longest unused go first. */
  bytesMax: number;
}

/**
 * A snapshot that is not the newest any more may be in the hands of a run that has not named it yet, and one that was
 * just put is not the newest yet. A day is more than any of that takes, and than a clock may step.
 */
const SETTLED_MS = 86_400_000;

/** Hashes of those to remove, the longest unused first. Never a head. */
export function snapshotsToPrune(snapshots: readonly PrunableSnapshot[], rules: PruneRules): string[] {
  const byUse = [...snapshots].sort((a, b) => lastUsed(a) - lastUsed(b));
  let bytes = snapshots.reduce((sum, { size }) => sum + size, 0);
  return byUse
    .filter((snapshot) => {
      const goes = !snapshot.isHead && (isOver(snapshot, rules) || bytes > rules.bytesMax);
      if (goes) bytes -= snapshot.size;
      return goes;
    })
    .map(({ hash }) => hash);
}

function isOver({ headedMs, namedMs }: PrunableSnapshot, { nowMs, keepMs }: PruneRules): boolean {
  const isNamed = namedMs !== undefined && namedMs + keepMs > nowMs;
  return !isNamed && headedMs + SETTLED_MS <= nowMs;
}

function lastUsed({ headedMs, namedMs }: PrunableSnapshot): number {
  return Math.max(headedMs, namedMs ?? 0);
}
