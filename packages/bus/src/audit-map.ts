/** The replica of the audit index: pure bookkeeping, no I/O. */

export interface AuditIndexEntry {
  uuid: string;
  /** Integer id of the row, as decimal text. */
  id: string;
  name: string;
  /** ONESHOT, CONTINUOUS or EVENT. */
  type: string;
  state: string;
  /** Grows with every change of the row; a 64-bit integer as decimal text. */
  version: string;
  deleted: boolean;
}

/** True when `version` is later than `present` (decimal texts of 64-bit integers). */
export function isNewerVersion(version: string, present: string): boolean {
  return BigInt(version) > BigInt(present);
}

/**
 * Audits by uuid, integer id and name. Deleted audits stay known by uuid, so that an older version of one
 * that comes late can't bring it back, but are never found.
 */
export class AuditMap {
  readonly #byUuid = new Map<string, AuditIndexEntry>();
  readonly #byId = new Map<string, AuditIndexEntry>();
  /** By name in lower case: audits whose names differ only in case share a slot. */
  readonly #byName = new Map<string, AuditIndexEntry[]>();

  get size(): number {
    return this.#byUuid.size;
  }

  /** Takes an entry, unless a version at least as new is known. */
  apply(entry: AuditIndexEntry): void {
    const before = this.#byUuid.get(entry.uuid);
    if (before !== undefined) {
      if (!isNewerVersion(entry.version, before.version)) return;
      this.#forget(before);
    }
    this.#byUuid.set(entry.uuid, entry);
    if (entry.deleted) return;
    this.#byId.set(entry.id, entry);
    const slot = entry.name.toLowerCase();
    this.#byName.set(slot, [...(this.#byName.get(slot) ?? []), entry]);
  }

  #forget(entry: AuditIndexEntry): void {
    if (this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id);
    const slot = entry.name.toLowerCase();
    const rest = (this.#byName.get(slot) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#byName.delete(slot);
    else this.#byName.set(slot, rest);
  }

  clear(): void {
    this.#byUuid.clear();
    this.#byId.clear();
    this.#byName.clear();
  }

  /**
   * Finds a live audit the way Watcher does: what looks like an integer is only an id, what looks like a
   * UUID is only a UUID (compared as text), the rest is a name: exact case first, then any case, then the
   * one with the lowest id.
   */
  find(ident: string): AuditIndexEntry | undefined {
    if (isIntegerText(ident)) return this.#byId.get(ident);
    if (isUuidLike(ident)) {
      const entry = this.#byUuid.get(ident);
      return entry?.deleted === true ? undefined : entry;
    }
    const candidates = this.#byName.get(ident.toLowerCase()) ?? [];
    const exact = candidates.filter((entry) => entry.name === ident);
    return lowestId(exact.length > 0 ? exact : candidates);
  }
}

function lowestId(entries: AuditIndexEntry[]): AuditIndexEntry | undefined {
  return entries.reduce<AuditIndexEntry | undefined>(
    (lowest, entry) => (lowest === undefined || BigInt(entry.id) < BigInt(lowest.id) ? entry : lowest),
    undefined,
  );
}

/** oslo.utils is_int_like: the text of an integer in its canonical form. */
function isIntegerText(ident: string): boolean {
  return /^(0|-?[1-9][0-9]*)$/.test(ident);
}

/** oslo.utils is_uuid_like: 32 hex digits once prefixes, braces and dashes are gone. */
function isUuidLike(ident: string): boolean {
  const digits = ident
    .replace("urn:", "")
    .replace("uuid:", "")
    .replace(/^[{}]+|[{}]+$/g, "")
    .replaceAll("-", "");
  return /^[0-9a-f]{32}$/i.test(digits);
}
