import type { JsonObject, ResizeInput } from "@vigil/core";
import type { ComputePort, Flavor } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  type Outcome,
  SUCCEEDED,
} from "./executor.ts";
import { gone } from "./live-migration.ts";
import { lookUp, request } from "./poll.ts";
import { type Resizing, settleResizing } from "./resizing.ts";
import { hasWrite, serverIntent } from "./server-intent.ts";

export function resize({ resource_id: id, flavor: wanted }: ResizeInput, compute: ComputePort): BoundAction {
  const resizing = (flavor: Flavor): Resizing => ({
    compute,
    serverId: id,
    isChanged: (server) => server.flavorName === flavor.name,
    wanted: `of flavor ${flavor.name}`,
  });
  const execute = async (intent: JsonObject, context: ActionContext): Promise<Outcome> => {
    const flavor = await compute.findFlavor(wanted);
    if (flavor === null) return failed(`Flavor ${wanted} not found`);
    await request(context, () => compute.resize(id, flavor.id));
    return settleResizing(resizing(flavor), intent, context);
  };
  return {
    preCondition: async () => {
      const server = await compute.getServer(id);
      if (server === null) return { what: "skip", reason: `Instance ${id} not found` };
      if ((await compute.findFlavor(wanted)) === null)
        return { what: "fail", reason: `Flavor ${wanted} not found` };
      return { what: "go", intent: await serverIntent(compute, server) };
    },
    execute,
    takeOver: async (intent, context, mayBegin) => {
      const [server, flavor, isWritten] = await lookUp(context, () =>
        Promise.all([
          compute.getServer(id),
          compute.findFlavor(wanted),
          hasWrite(compute, id, intent, "resize"),
        ]),
      );
      if (server === null) return gone({ resource_id: id });
      if (flavor === null) return failed(`Flavor ${wanted} not found`);
      const begun = isWritten || server.taskState !== null || server.status === "VERIFY_RESIZE";
      if (begun) return settleResizing(resizing(flavor), intent, context);
      if (server.flavorName === flavor.name) return SUCCEEDED;
      return mayBegin ? execute(intent, context) : CANCELLED;
    },
  };
}
