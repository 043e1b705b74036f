import { VigilError } from "@vigil/core";
import type { ActionContext } from "./executor.ts";

export interface Polling {
  /** Pause that is grown to, ms. */
  intervalMs: number;
  /** Time after which it is given up, ms: elapsed time, not tries, since answers may be slow. */
  totalMs: number;
}

export function polling(intervalMs: number, tries: number): Polling {
  return { intervalMs, totalMs: intervalMs * tries };
}

/** Most changes take seconds: the first looks come soon. */
const FIRST_PAUSE_MS = 1_000;
/** Pauses are spread by so much either way. */
const JITTER_SHARE = 0.1;

/**
 * Looks again and again until there is something to tell; undefined when the time is over. A service that is away for
 * a while does not end it: what was begun goes on without being looked at.
 * @throws the signal's reason; what `look` throws, unless it may be better at the next look
 */
export async function poll<T>(
  { clock, signal }: ActionContext,
  { intervalMs, totalMs }: Polling,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const endMs = clock.nowMs() + totalMs;
  let pauseMs = Math.min(FIRST_PAUSE_MS, intervalMs);
  for (;;) {
    const seen = await look().catch(unlessPassing);
    if (seen !== undefined) return seen;
    const leftMs = endMs - clock.nowMs();
    if (leftMs <= 0) return undefined;
    const spread = 1 + JITTER_SHARE * (2 * clock.fraction() - 1);
    await clock.sleep(Math.min(leftMs, pauseMs * spread), signal);
    pauseMs = Math.min(2 * pauseMs, intervalMs);
  }
}

function unlessPassing(thrown: unknown): undefined {
  if (thrown instanceof VigilError && ["unavailable", "overloaded", "deadline"].includes(thrown.kind)) return;
  throw thrown;
}

/**
 * Makes a write. One of which nobody knows whether it was taken counts as made: what follows looks at the cloud.
 * @throws what `effect` throws otherwise
 */
export async function request(context: ActionContext, call: () => Promise<unknown>): Promise<void> {
  try {
    await context.effect(call);
  } catch (thrown) {
    if (!(thrown instanceof VigilError && thrown.kind === "deadline")) throw thrown;
  }
}
