/** The second half of a cold migration and of a resize: Nova waits in VERIFY_RESIZE until it is confirmed. */

import { type JsonObject, VigilError } from "@vigil/core";
import type { ComputePort, Server } from "../ports.ts";
import { type ActionContext, failed, type Outcome, SUCCEEDED } from "./executor.ts";
import { gone, MIGRATION_POLLING, SECOND_LOOK_MS } from "./live-migration.ts";
import { poll, polling } from "./poll.ts";
import { hasGivenUp, hasWrite } from "./server-intent.ts";

/** After the confirmation the status from before comes back. */
const CONFIRM_POLLING = polling(1_000, 60);

const CONFIRM_WRITE = "confirmResize";

export interface Resizing {
  compute: ComputePort;
  serverId: string;
  /** Whether the server is what it was to become. */
  isChanged(server: Server): boolean;
  /** What it was to become, for messages: "on another host". */
  wanted: string;
}

/** Waits for the change that was asked for, confirms it, and waits for the status from before. */
export async function settleResizing(
  resizing: Resizing,
  intent: JsonObject,
  context: ActionContext,
): Promise<Outcome> {
  const { compute, serverId, wanted } = resizing;
  const seen = await poll(context, MIGRATION_POLLING, async () => {
    let judged = judge(await compute.getServer(serverId), resizing);
    if (judged === "unchanged") {
      await context.clock.sleep(SECOND_LOOK_MS, context.signal);
      judged = judge(await compute.getServer(serverId), resizing);
    }
    if (judged !== "unchanged") return judged;
    const given = await hasGivenUp(compute, serverId, intent);
    if (given === undefined) return undefined;
    return failed(`Instance ${serverId} is not ${wanted} and has no task (migration: ${given.migration})`);
  });
  if (seen === "confirm") return confirm(resizing, intent, context);
  return seen ?? failed(`Instance ${serverId} is not ${wanted} after ${MIGRATION_POLLING.totalMs / 1_000} s`);
}

/** undefined: it is under way. */
function judge(server: Server | null, resizing: Resizing): Outcome | "confirm" | "unchanged" | undefined {
  if (server === null) return gone({ resource_id: resizing.serverId });
  if (server.taskState !== null) return undefined;
  if (server.status === "ERROR") return failed(`Instance ${server.id} is in ERROR`);
  if (resizing.isChanged(server)) return server.status === "VERIFY_RESIZE" ? "confirm" : SUCCEEDED;
  if (server.status === "VERIFY_RESIZE") {
    return failed(`Instance ${server.id} waits to be confirmed and is not ${resizing.wanted}`);
  }
  return "unchanged";
}

async function confirm(
  { compute, serverId }: Resizing,
  intent: JsonObject,
  context: ActionContext,
): Promise<Outcome> {
  let asked: boolean | undefined;
  const seen = await poll(context, CONFIRM_POLLING, async (): Promise<Outcome | undefined> => {
    const server = await compute.getServer(serverId);
    if (server === null) return gone({ resource_id: serverId });
    if (server.status === "ERROR") return failed(`Instance ${serverId} is in ERROR after its confirmation`);
    if (server.status !== "VERIFY_RESIZE") return isBack(server, intent) ? SUCCEEDED : undefined;
    // Nova that is away for this question must not leave a server that waits to be confirmed.
    asked ??= await hasWrite(compute, serverId, intent, CONFIRM_WRITE);
    if (!asked) asked = await askToConfirm(compute, serverId, context);
    return undefined;
  });
  return seen ?? failed(`Instance ${serverId} is not confirmed after ${CONFIRM_POLLING.totalMs / 1_000} s`);
}

function isBack(server: Server, { status }: JsonObject): boolean {
  return server.taskState === null && (status === undefined || server.status === status);
}

/** False: it was not taken. */
async function askToConfirm(compute: ComputePort, id: string, context: ActionContext): Promise<boolean> {
  try {
    await context.effect(() => compute.confirmResize(id));
    return true;
  } catch (thrown) {
    context.signal.throwIfAborted();
    const { kind } = VigilError.from(thrown);
    if (kind === "unavailable" || kind === "overloaded") return false;
    // Somebody else confirms it, or may: looking on tells.
    if (kind === "conflict" || kind === "deadline") return true;
    throw thrown;
  }
}
