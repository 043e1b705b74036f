/** What is noted of a server before something is done to it, and found again by an applier that takes over. */

import type { JsonObject } from "@vigil/core";
import type { ComputePort, Server, ServerMigration } from "../ports.ts";

/** The newest that Nova had recorded, by id: no clock of ours is compared with one of Nova's. */
export async function serverIntent(compute: ComputePort, server: Server): Promise<JsonObject> {
  const [writes, migration] = await Promise.all([
    compute.writesOf(server.id),
    compute.newestMigration(server.id),
  ]);
  return {
    status: server.status,
    request: writes[0]?.requestId ?? null,
    migration: migration?.id ?? null,
  };
}

/**
 * Whether such a write was made after the intent. Without a note, any such write counts: doubting, an effect is not
 * begun.
 */
export async function hasWrite(
  compute: ComputePort,
  serverId: string,
  intent: JsonObject,
  action: string,
): Promise<boolean> {
  const writes = await compute.writesOf(serverId);
  const known = writes.findIndex(({ requestId }) => requestId === intent.request);
  const since = known < 0 ? writes : writes.slice(0, known);
  return since.some((write) => write.action === action);
}

/** The newest migration that was made after the intent. */
export async function migrationSince(
  compute: ComputePort,
  serverId: string,
  intent: JsonObject,
): Promise<ServerMigration | null> {
  const newest = await compute.newestMigration(serverId);
  return newest === null || newest.id === intent.migration ? null : newest;
}

/** States of migrations that have come to nothing. */
const FAILED_MIGRATIONS: readonly string[] = ["error", "failed", "cancelled", "reverted"];

/**
 * Whether the server, seen without a task where it was, will not move any more: its record says so, or there is none.
 * A record that is not in a failed state belongs to a server that is about to change.
 */
export async function hasGivenUp(
  compute: ComputePort,
  serverId: string,
  intent: JsonObject,
): Promise<{ migration: string } | undefined> {
  const record = await migrationSince(compute, serverId, intent);
  if (record === null) return { migration: "none" };
  return FAILED_MIGRATIONS.includes(record.status) ? { migration: record.status } : undefined;
}
