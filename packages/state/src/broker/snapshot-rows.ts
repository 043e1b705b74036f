/** Model snapshots in the database, in pieces. */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { ModelHead, ModelKind } from "@vigil/bus";
import type { JsonObject } from "@vigil/core";
import { autoCommit, firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";

/** Of one row: large enough that rows cost little, small enough that statements are short. */
const PIECE_BYTES = 1_048_576;

export interface KeptHead {
  hash: string;
  importedAt: string;
  details: JsonObject;
}

export function keptHead(sql: Sql, kind: ModelKind): Promise<KeptHead | undefined> {
  return firstRow<KeptHead>(
    sql,
    `select hash, imported_at as "importedAt", details from model_head where kind = $1`,
    [kind],
  );
}

/** The head that is replaced counts as newest until now. */
export async function keepHead(orm: MikroORM, kind: ModelKind, head: ModelHead): Promise<void> {
  await inTransaction(orm, async (sql) => {
    await rows(
      sql,
      `update model_snapshot set headed_at = clock_timestamp()
       where hash = $2 or hash = (select hash from model_head where kind = $1)`,
      [kind, head.hash],
    );
    await rows(
      sql,
      `insert into model_head (kind, hash, imported_at, details) values ($1, $2, $3, $4::json)
       on conflict (kind) do update set hash = excluded.hash, imported_at = excluded.imported_at, details = excluded.details`,
      [kind, head.hash, head.importedAt, JSON.stringify(head.details)],
    );
  });
}

export async function isKept(sql: Sql, hash: string): Promise<boolean> {
  return (await rows(sql, "select 1 from model_snapshot where hash = $1", [hash])).length > 0;
}

/**
 * Stores a snapshot, all or nothing, of which one piece at a time is in memory.
 * @param read gives its bytes, in order
 */
export function storeSnapshot(
  orm: MikroORM,
  hash: string,
  read: (take: (chunk: Uint8Array) => Promise<void> | undefined) => Promise<void>,
): Promise<void> {
  return inTransaction(orm, async (sql) => {
    const made = await firstRow<{ id: string }>(
      sql,
      "insert into model_snapshot (hash, size) values ($1, 0) on conflict (hash) do nothing returning id::text as id",
      [hash],
    );
    if (made === undefined) return;
    const piece = Buffer.alloc(PIECE_BYTES);
    let filled = 0;
    let n = 0;
    let size = 0;
    const store = async () => {
      const bytes = piece.subarray(0, filled);
      await rows(sql, "insert into model_chunk (snapshot_id, n, bytes) values ($1, $2, $3)", [
        made.id,
        n,
        bytes,
      ]);
      n++;
      filled = 0;
    };
    await read((chunk) => {
      const isFull = filled + chunk.length > PIECE_BYTES;
      const add = () => {
        piece.set(chunk, filled);
        filled += chunk.length;
        size += chunk.length;
      };
      if (!isFull) {
        add();
        return undefined;
      }
      return store().then(add);
    });
    if (filled > 0) await store();
    await rows(sql, "update model_snapshot set size = $2 where id = $1", [made.id, size]);
  });
}

/** The bytes of a snapshot, a piece at a time; none when it is not kept. */
export async function* snapshotPieces(orm: MikroORM, hash: string): AsyncGenerator<Uint8Array> {
  for (let n = 0; ; n++) {
    const piece = await firstRow<{ bytes: Buffer }>(
      autoCommit(orm),
      `select bytes from model_chunk where n = $2 and snapshot_id = (select id from model_snapshot where hash = $1)`,
      [hash, n],
    );
    if (piece === undefined) return;
    yield piece.bytes;
  }
}

/** Every snapshot that is kept, newest first. */
export async function keptSnapshots(sql: Sql): Promise<{ hash: string; size: number; headedMs: number }[]> {
  return rows(
    sql,
    `select hash, size::double precision as size,
       (extract(epoch from headed_at) * 1000)::double precision as "headedMs"
     from model_snapshot order by headed_at desc, id desc`,
    [],
  );
}

/** When a run that names it last ended, ms since 1970, for those that runs name. */
export async function lastNamed(sql: Sql, hashes: readonly string[]): Promise<Map<string, number>> {
  const named = await rows<{ hash: string; atMs: number | null }>(
    sql,
    `select hash, (extract(epoch from (select max(finished_at) from run where snapshot_hash = hash)) * 1000)::double precision as "atMs"
     from unnest($1::text[]) as hash`,
    [hashes],
  );
  return new Map(named.flatMap(({ hash, atMs }) => (atMs === null ? [] : [[hash, atMs] as const])));
}

export async function databaseNowMs(sql: Sql): Promise<number> {
  const now = await firstRow<{ ms: number }>(
    sql,
    "select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms",
    [],
  );
  return now!.ms;
}

/** Pieces go along. */
export async function forgetSnapshot(sql: Sql, hash: string): Promise<void> {
  await rows(sql, "delete from model_snapshot where hash = $1", [hash]);
}
