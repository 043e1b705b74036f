import type { JsonObject, MigrateInput } from "@vigil/core";
import type { ComputePort } from "../ports.ts";
import { type ActionContext, type BoundAction, CANCELLED, type Outcome, type Verdict } from "./executor.ts";
import { abortLiveMigration, isMoved, liveMigrate, takeOverLiveMigration } from "./live-migration.ts";
import { lookUp, request } from "./poll.ts";
import { type Resizing, settleResizing } from "./resizing.ts";
import { hasWrite, serverIntent } from "./server-intent.ts";

/** Nova migrates PAUSED servers live too, and strategies plan it; Watcher refuses them. */
const LIVE_STATUSES: readonly string[] = ["ACTIVE", "PAUSED"];

export function migrate(input: MigrateInput, compute: ComputePort): BoundAction {
  const preCondition = () => mayMigrate(input, compute);
  if (input.migration_type === "cold") {
    return { preCondition, ...coldMigration(input, compute) };
  }
  const move = { compute, input };
  return {
    preCondition,
    execute: (intent, context) => liveMigrate(move, intent, context),
    takeOver: (intent, context, mayBegin) => takeOverLiveMigration(move, intent, context, mayBegin),
    abort: (intent, context) => abortLiveMigration(move, intent, context),
  };
}

async function mayMigrate(input: MigrateInput, compute: ComputePort): Promise<Verdict> {
  const { resource_id: id, source_node: source, destination_node: target } = input;
  const server = await compute.getServer(id);
  if (server === null) return { what: "skip", reason: `Instance ${id} not found` };
  if (server.host !== source) {
    const reason = `Instance ${id} is not running on source node ${source} (currently on ${server.host})`;
    return { what: "skip", reason };
  }
  if (target != null) {
    const service = await compute.getService(target);
    if (service === null) return { what: "fail", reason: `Destination node ${target} not found` };
    if (service.status !== "enabled")
      return { what: "fail", reason: `Destination node ${target} is not in enabled state` };
  }
  if (input.migration_type === "live" && !LIVE_STATUSES.includes(server.status)) {
    const reason = `Live migration requires instance ${id} to be in ACTIVE status (current status: ${server.status})`;
    return { what: "fail", reason };
  }
  return { what: "go", intent: await serverIntent(compute, server) };
}

function coldMigration(input: MigrateInput, compute: ComputePort): Pick<BoundAction, "execute" | "takeOver"> {
  const id = input.resource_id;
  const resizing: Resizing = {
    compute,
    serverId: id,
    isChanged: (server) => isMoved(server, input),
    wanted: input.destination_node == null ? "on another host" : `on ${input.destination_node}`,
  };
  const execute = async (intent: JsonObject, context: ActionContext): Promise<Outcome> => {
    await request(context, () => compute.coldMigrate(id, input.destination_node ?? null));
    return settleResizing(resizing, intent, context);
  };
  return {
    execute,
    takeOver: async (intent, context, mayBegin) => {
      const begun = await lookUp(context, async () => {
        const server = await compute.getServer(id);
        const isElsewhere = server?.host !== input.source_node;
        if (isElsewhere || server.taskState !== null || server.status === "VERIFY_RESIZE") return true;
        return hasWrite(compute, id, intent, "migrate");
      });
      if (begun) return settleResizing(resizing, intent, context);
      return mayBegin ? execute(intent, context) : CANCELLED;
    },
  };
}
