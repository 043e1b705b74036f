/** Words that backends of the block storage service report instead of a capacity. */
export const CAPACITY_WORDS: ReadonlySet<string> = new Set(["unknown", "infinite"]);

/** A size that can't be is as good as none: one odd backend must not make the cloud unreadable. */
export function knownCapacity(value: number | null): number | null {
  return value === null || value < 0 ? null : value;
}
