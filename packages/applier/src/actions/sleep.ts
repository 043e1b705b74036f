import type { SleepInput } from "@vigil/core";
import { type ActionContext, type BoundAction, CANCELLED, GO, type Outcome, SUCCEEDED } from "./executor.ts";

/** Timers take no more than 2^31 - 1 ms; longer sleeps are made of naps, ms. */
const NAP_MS_MAX = 3_600_000;

/** Waits whole seconds. One that is taken over begins anew: nobody knows how long it has slept. */
export function sleep({ duration }: SleepInput): BoundAction {
  const execute = async ({ clock, signal }: ActionContext): Promise<Outcome> => {
    const endMs = clock.nowMs() + Math.floor(duration) * 1_000;
    for (let leftMs = endMs - clock.nowMs(); leftMs > 0; leftMs = endMs - clock.nowMs()) {
      await clock.sleep(Math.min(leftMs, NAP_MS_MAX), signal);
    }
    return SUCCEEDED;
  };
  return {
    preCondition: async () => GO,
    execute: (_intent, context) => execute(context),
    takeOver: async (_intent, context, mayBegin) => (mayBegin ? execute(context) : CANCELLED),
    abort: async () => CANCELLED,
  };
}
