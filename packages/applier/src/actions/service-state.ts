import type { ServiceStateInput } from "@vigil/core";
import type { ComputePort, ComputeService } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  GO,
  type Outcome,
  SUCCEEDED,
} from "./executor.ts";
import { lookUp, request } from "./poll.ts";

/** Nova answers when it is done, and doing it again changes nothing: nothing is noted, nothing polled. */
export function changeServiceState(input: ServiceStateInput, compute: ComputePort): BoundAction {
  const { state: wanted } = input;
  const host = input.resource_name ?? input.resource_id;
  const judge = (service: ComputeService | null): Outcome => {
    if (service === null) return failed(`nova-compute service ${host} not found`);
    if (service.status === wanted) return SUCCEEDED;
    return failed(`nova-compute service ${host} is ${service.status}, wanted ${wanted}`);
  };
  const execute = async (context: ActionContext): Promise<Outcome> => {
    const reason = wanted === "disabled" ? input.disabled_reason : undefined;
    let answer: ComputeService | undefined;
    await request(context, async () => {
      answer = await compute.setServiceStatus(host, wanted, reason);
    });
    // Without an answer nobody knows: it is looked up.
    return judge(answer ?? (await lookUp(context, () => compute.getService(host))));
  };
  return {
    preCondition: async () => {
      const service = await compute.getService(host);
      if (service === null) return { what: "skip", reason: `nova-compute service ${host} not found` };
      if (service.status === wanted)
        return { what: "skip", reason: `nova-compute service ${host} is already in state ${wanted}` };
      return GO;
    },
    execute: (_intent, context) => execute(context),
    takeOver: async (_intent, context, mayBegin) => {
      const service = await lookUp(context, () => compute.getService(host));
      if (service === null || service.status === wanted) return judge(service);
      return mayBegin ? execute(context) : CANCELLED;
    },
  };
}
