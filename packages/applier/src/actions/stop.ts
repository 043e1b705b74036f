import type { JsonObject, StopInput } from "@vigil/core";
import type { ComputePort, Server } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  type Outcome,
  SUCCEEDED,
} from "./executor.ts";
import { lookUp, poll, polling, request } from "./poll.ts";
import { hasWrite, serverIntent } from "./server-intent.ts";

const STOP_POLLING = polling(10_000, 8);

export function stop({ resource_id: id }: StopInput, compute: ComputePort): BoundAction {
  const execute = async (_intent: JsonObject, context: ActionContext): Promise<Outcome> => {
    await request(context, () => compute.stop(id));
    return settle(id, compute, context);
  };
  return {
    preCondition: async () => {
      const server = await compute.getServer(id);
      if (server === null) return { what: "skip", reason: `Instance ${id} not found` };
      if (server.status === "SHUTOFF") return { what: "skip", reason: `Instance ${id} is already stopped` };
      return { what: "go", intent: await serverIntent(compute, server) };
    },
    execute,
    takeOver: async (intent, context, mayBegin) => {
      const begun = await lookUp(context, async () => {
        const server = await compute.getServer(id);
        return isOver(server) || server?.taskState != null || hasWrite(compute, id, intent, "stop");
      });
      if (begun) return settle(id, compute, context);
      return mayBegin ? execute(intent, context) : CANCELLED;
    },
  };
}

/** A server that is gone does not run either. */
function isOver(server: Server | null): boolean {
  return server === null || server.vmState === "stopped";
}

async function settle(id: string, compute: ComputePort, context: ActionContext): Promise<Outcome> {
  const seen = await poll(context, STOP_POLLING, async () =>
    isOver(await compute.getServer(id)) ? SUCCEEDED : undefined,
  );
  return seen ?? failed(`Instance ${id} is not stopped after ${STOP_POLLING.totalMs / 1_000} s`);
}
