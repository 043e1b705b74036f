import {
  type AuditIndexEntry,
  type Bus,
  type Change,
  type ChangePublisher,
  writeAuditIndex,
} from "@vigil/bus";
import type { JsonObject } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { timeText } from "../records/query.ts";

/** A change that is committed and not yet published. */
export interface OutboxRow {
  id: string;
  kind: Change["kind"];
  uuid: string;
  version: string;
  at: string;
  data: JsonObject;
  index_entry: AuditIndexEntry | null;
}

/**
 * Takes rows that no other relay holds, oldest first. They stay locked until the transaction ends, so that two
 * state processes share the work and each row is published once in the normal case.
 */
export function takeRows(sql: Sql, max: number): Promise<OutboxRow[]> {
  return rows<OutboxRow>(
    sql,
    `select id::text as id, kind, uuid, version::text as version, ${timeText("created_at")} as at, data, index_entry
     from outbox order by outbox.id limit $1 for update skip locked`,
    [max],
  );
}

export async function deleteRows(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await rows(sql, "delete from outbox where id = any($1::bigint[])", [ids]);
}

/** Whether one of the rows is still unpublished, by whomever. */
export async function isAnyLeft(sql: Sql, ids: readonly string[]): Promise<boolean> {
  return (await rows(sql, "select 1 from outbox where id = any($1::bigint[]) limit 1", [ids])).length > 0;
}

/**
 * Publishes one row: index first, so that whoever hears of the change finds the index up to date.
 * @throws VigilError unavailable and its like when NATS can't take it
 */
export async function publishRow(bus: Bus, changes: ChangePublisher, row: OutboxRow): Promise<void> {
  if (row.index_entry !== null) await writeAuditIndex(bus, row.index_entry);
  const { kind, uuid, version, at, data } = row;
  await changes.publish({ kind, uuid, version, at, data });
}
