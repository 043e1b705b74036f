import { type JsonObject, type MigrateInput, VigilError } from "@vigil/core";
import type { ComputePort, Server } from "../ports.ts";
import { type ActionContext, CANCELLED, failed, type Outcome, SUCCEEDED } from "./executor.ts";
import { lookUp, poll, polling, request } from "./poll.ts";
import { hasGivenUp, hasWrite, migrationSince } from "./server-intent.ts";

/** Watcher's migration_max_retries and migration_interval: 15 minutes. */
export const MIGRATION_POLLING = polling(5_000, 180);
/** How long an abort may take to show. */
const ABORT_POLLING = polling(2_000, 240);
/** Nova's views of a server and of its task change one after the other: before judging it is looked at again, ms. */
export const SECOND_LOOK_MS = 1_000;

const ABORTABLE: readonly string[] = ["queued", "preparing", "running"];
/** A server in one of these has come to rest, once it has no task. */
const AT_REST: readonly string[] = ["ACTIVE", "PAUSED", "ERROR"];

/** What Nova calls it in its list of what was done to a server. */
const WRITE = "live-migration";

export interface LiveMigration {
  compute: ComputePort;
  input: MigrateInput;
}

export async function liveMigrate(
  move: LiveMigration,
  intent: JsonObject,
  context: ActionContext,
): Promise<Outcome> {
  const { compute, input } = move;
  await request(context, () => compute.liveMigrate(input.resource_id, input.destination_node ?? null));
  return settle(move, intent, context);
}

export async function takeOverLiveMigration(
  move: LiveMigration,
  intent: JsonObject,
  context: ActionContext,
  mayBegin: boolean,
): Promise<Outcome> {
  const { compute, input } = move;
  const begun = await lookUp(context, async () => {
    const server = await compute.getServer(input.resource_id);
    const isElsewhere = server === null || server.taskState !== null || server.host !== input.source_node;
    return isElsewhere || hasWrite(compute, server.id, intent, WRITE);
  });
  if (begun) return settle(move, intent, context);
  return mayBegin ? liveMigrate(move, intent, context) : CANCELLED;
}

/**
 * Waits until the server has no task. Watcher sees an ACTIVE server that has not begun to move and calls it failed
 * when no target is given: here only a server without a task is judged, and its migration's record is asked before it
 * counts as failed. Success is judged by the server alone, since the record lags behind it.
 */
async function settle(
  { compute, input }: LiveMigration,
  intent: JsonObject,
  context: ActionContext,
): Promise<Outcome> {
  const id = input.resource_id;
  const seen = await poll(context, MIGRATION_POLLING, async () => {
    let judged = judge(await compute.getServer(id), input);
    if (judged === "unmoved") {
      await context.clock.sleep(SECOND_LOOK_MS, context.signal);
      judged = judge(await compute.getServer(id), input);
    }
    if (judged !== "unmoved") return judged;
    const given = await hasGivenUp(compute, id, intent);
    if (given === undefined) return undefined;
    return failed(
      `Instance ${id} is still on ${input.source_node} without a task (migration: ${given.migration})`,
    );
  });
  return seen ?? failed(`Instance ${id} has not moved within ${MIGRATION_POLLING.totalMs / 1_000} s`);
}

/** undefined: it is under way. */
function judge(server: Server | null, input: MigrateInput): Outcome | "unmoved" | undefined {
  if (server === null) return gone(input);
  if (server.taskState !== null) return undefined;
  if (server.status === "ERROR") return failed(`Instance ${server.id} is in ERROR after its live migration`);
  if (isMoved(server, input)) return SUCCEEDED;
  if (server.host === input.source_node) return "unmoved";
  return failed(`Instance ${server.id} is on ${server.host}, wanted ${input.destination_node}`);
}

export function isMoved(
  server: Server,
  { source_node: source, destination_node: target }: MigrateInput,
): boolean {
  return target == null ? server.host !== source : server.host === target;
}

export function gone({ resource_id: id }: { resource_id: string }): Outcome {
  return failed(`Instance ${id} not found`);
}

/**
 * Asks Nova to abort as soon as the migration can be, and tells where the server has come to rest.
 * @throws VigilError internal `LiveMigrationFailed` when it rests nowhere that is known
 */
export async function abortLiveMigration(
  { compute, input }: LiveMigration,
  intent: JsonObject,
  context: ActionContext,
): Promise<Outcome> {
  const id = input.resource_id;
  let asked = false;
  const rested = await poll(context, ABORT_POLLING, async () => {
    const server = await compute.getServer(id);
    if (server === null) throw lost(`instance ${id} not found`);
    if (server.taskState === null && AT_REST.includes(server.status)) return server;
    if (!asked) asked = await askToAbort(compute, id, intent, context);
    return undefined;
  });
  if (rested === undefined) throw lost(`instance ${id} has not come to rest`);
  if (rested.host === input.source_node) return CANCELLED;
  if (isMoved(rested, input)) return SUCCEEDED;
  throw lost(`instance ${id} is on ${rested.host}`);
}

/** False: not yet. Nova refuses to abort what has not begun or is nearly done; asking again does no harm. */
async function askToAbort(
  compute: ComputePort,
  id: string,
  intent: JsonObject,
  context: ActionContext,
): Promise<boolean> {
  const migration = await migrationSince(compute, id, intent);
  if (migration === null || !ABORTABLE.includes(migration.status)) return false;
  try {
    await context.effect(() => compute.abortLiveMigration(id, migration.id));
    return true;
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { kind } = VigilError.from(thrown);
    // illegal-state is the guard's as well: the next effect asks it again.
    if (kind === "internal") throw thrown;
    return false;
  }
}

function lost(text: string): VigilError {
  return new VigilError("internal", `LiveMigrationFailed: abort of live migration: ${text}`);
}
