/**
 * Makes the audit index say what the database says, also where it knows later versions: those of audits as they were
 * after the backup that this database was restored from, and of audits that came after it.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type AuditIndexEntry, type Bus, readAuditIndex, writeAuditIndex } from "@vigil/bus";
import { inTransaction, rows } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";

/** Entries compared in one statement. */
const BATCH_ENTRIES = 500;

/**
 * Edges and followers of changes believe the higher version only, so an audit of which another version is out gets one
 * above it, and is told of.
 */
const RAISE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(uuid uuid, name text, type text, state text, version bigint, deleted boolean)
), changed as (
  update audit set version = given.version + 1
  from given where audit.uuid = given.uuid and given.version >= audit.version and (given.version > audit.version
    or (given.name, given.type, given.state, given.deleted)
      is distinct from (audit.name, audit.audit_type, audit.state, audit.deleted_at is not null))
  returning audit.id, audit.uuid, audit.name, audit.audit_type, audit.state, audit.version, audit.deleted_at
), told as (
  ${toldOfAudits("changed", "true", "deleted_at is not null")} returning 1
)
select given.uuid, (select count(*)::int from told) as raised
from given left join audit on audit.uuid = given.uuid where audit.id is null and not given.deleted
union all select null, count(*)::int from told`;

export interface Alignment {
  /** Audits of which the index had another version than the database, or a later one. */
  raised: number;
  /** Audits that the index had and the database does not know. */
  forgotten: number;
}

/** @throws VigilError unavailable, deadline, or the database's error; it is then done again from the start */
export async function alignIndex(orm: MikroORM, bus: Bus): Promise<Alignment> {
  const entries = await readAuditIndex(bus);
  const alignment: Alignment = { raised: 0, forgotten: 0 };
  for (let from = 0; from < entries.length; from += BATCH_ENTRIES) {
    const batch = entries.slice(from, from + BATCH_ENTRIES);
    const found = await raise(orm, batch);
    const unknown = new Set(found.map(({ uuid }) => uuid));
    const forget = batch.filter(({ uuid }) => unknown.has(uuid));
    await Promise.all(forget.map((entry) => writeAuditIndex(bus, forgotten(entry))));
    alignment.raised += found[0]?.raised ?? 0;
    alignment.forgotten += forget.length;
  }
  return alignment;
}

function raise(
  orm: MikroORM,
  batch: readonly AuditIndexEntry[],
): Promise<{ uuid: string | null; raised: number }[]> {
  return inTransaction(orm, (sql) => rows(sql, RAISE, [JSON.stringify(batch)]));
}

function forgotten(entry: AuditIndexEntry): AuditIndexEntry {
  return { ...entry, deleted: true, version: String(BigInt(entry.version) + 1n) };
}
