import type { MikroORM } from "@mikro-orm/postgresql";
import { type AuditIndexEntry, type Bus, writeAuditIndex } from "@vigil/bus";
import { autoCommit, rows } from "../database/transaction.ts";

/** Audits read at once, and entries written at once. */
const READ_ROWS = 500;
const WRITES_AT_ONCE = 32;

/**
 * Writes every live audit into the audit index, as the table has it. The index keeps what is newer, so this may run
 * at any time, in several processes: after a start, or when NATS comes back and may have lost its data.
 * @returns how many audits were looked at
 * @throws VigilError unavailable and its like when NATS goes away meanwhile; it is then done again from the start
 */
export async function rebuildIndex(orm: MikroORM, bus: Bus, signal: AbortSignal): Promise<number> {
  let lastId = "0";
  let count = 0;
  while (!signal.aborted) {
    const entries = await readEntries(orm, lastId);
    if (entries.length === 0) break;
    for (let from = 0; from < entries.length; from += WRITES_AT_ONCE) {
      await Promise.all(
        entries.slice(from, from + WRITES_AT_ONCE).map((entry) => writeAuditIndex(bus, entry)),
      );
    }
    count += entries.length;
    lastId = entries.at(-1)!.id;
  }
  return count;
}

/** `order by id` would mean the text that is selected as `id`: pages in that order would leave audits out. */
function readEntries(orm: MikroORM, afterId: string): Promise<AuditIndexEntry[]> {
  return rows<AuditIndexEntry>(
    autoCommit(orm),
    `select uuid, id::text as id, name, audit_type as type, state, version::text as version, false as deleted
     from audit where deleted_at is null and id > $1::bigint order by audit.id limit $2`,
    [afterId, READ_ROWS],
  );
}
