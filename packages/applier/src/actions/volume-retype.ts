import type { Volume, VolumePort } from "../ports.ts";
import {
  type ActionContext,
  type BoundAction,
  CANCELLED,
  failed,
  GO,
  type Outcome,
  SUCCEEDED,
} from "./executor.ts";
import { lookUp, type Polling, poll, request } from "./poll.ts";

/** As for migrations: a retype may copy the volume, ms. */
const RETYPE_POLLING: Polling = { intervalMs: 10_000, totalMs: 6 * 3_600_000 };

const AT_REST: readonly string[] = ["available", "in-use"];

/** A volume of the wanted type is never retyped, so a retype may be asked for again when none is under way. */
export function retype({ id, type }: { id: string; type: string }, volumes: VolumePort): BoundAction {
  const settle = async (context: ActionContext): Promise<Outcome> => {
    const seen = await poll(context, RETYPE_POLLING, async () =>
      judge(await volumes.getVolume(id), id, type),
    );
    return seen ?? failed(`Volume ${id} is not of type ${type} after ${RETYPE_POLLING.totalMs / 1_000} s`);
  };
  const execute = async (context: ActionContext): Promise<Outcome> => {
    await request(context, () => volumes.retype(id, type));
    return settle(context);
  };
  return {
    preCondition: async () => {
      const volume = await volumes.getVolume(id);
      if (volume === null) return { what: "skip", reason: `Volume ${id} not found` };
      if ((await volumes.findType(type)) === null)
        return { what: "fail", reason: `Volume type ${type} not found` };
      if (volume.type === type) return { what: "skip", reason: `Volume type is already ${type}` };
      return GO;
    },
    execute: (_intent, context) => execute(context),
    takeOver: async (_intent, context, mayBegin) => {
      const volume = await lookUp(context, () => volumes.getVolume(id));
      if (volume !== null && volume.type !== type && AT_REST.includes(volume.status)) {
        return mayBegin ? execute(context) : CANCELLED;
      }
      return settle(context);
    },
  };
}

/** undefined: it is under way. */
function judge(volume: Volume | null, id: string, type: string): Outcome | undefined {
  if (volume === null) return failed(`Volume ${id} not found`);
  if (volume.status === "retyping") return undefined;
  if (volume.type === type && AT_REST.includes(volume.status)) return SUCCEEDED;
  return failed(`Volume ${id} is ${volume.status} and of type ${volume.type}, wanted type ${type}`);
}
