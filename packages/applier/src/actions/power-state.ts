import type { PowerStateInput } from "@vigil/core";
import type { BaremetalNode, BaremetalPort } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  GO,
  type Outcome,
  SUCCEEDED,
} from "./executor.ts";
import { lookUp, poll, polling, request } from "./poll.ts";

const POWER_POLLING = polling(10_000, 60);

/** A change of power may be repeated: what is so already is not changed. */
export function changePowerState(input: PowerStateInput, baremetal: BaremetalPort): BoundAction {
  const { resource_id: id, state: wanted } = input;
  const settle = async (context: ActionContext): Promise<Outcome> => {
    const seen = await poll(context, POWER_POLLING, async () => {
      const node = await baremetal.getNode(id);
      if (node === null) return failed(`Node ${id} not found`);
      return node.power === wanted && !node.isChanging ? SUCCEEDED : undefined;
    });
    return seen ?? failed(`Node ${id} is not ${wanted} after ${POWER_POLLING.totalMs / 1_000} s`);
  };
  const perform = async (
    context: ActionContext,
    node: BaremetalNode | null,
    mayBegin: boolean,
  ): Promise<Outcome> => {
    if (node === null) return failed(`Node ${id} not found`);
    if (node.isChanging) return settle(context);
    if (node.power === wanted) return SUCCEEDED;
    if (!mayBegin) return CANCELLED;
    if (wanted === "off" && node.guests > 0)
      return failed(`Node ${id} runs ${node.guests} guests; it is switched off only when it runs none`);
    await request(context, () => baremetal.setPower(id, wanted));
    return settle(context);
  };
  return {
    preCondition: async () => GO,
    execute: async (_intent, context) => perform(context, await baremetal.getNode(id), true),
    takeOver: async (_intent, context, mayBegin) =>
      perform(context, await lookUp(context, () => baremetal.getNode(id)), mayBegin),
  };
}
