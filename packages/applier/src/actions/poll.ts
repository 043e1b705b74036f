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

/** How long a take-over waits for a cloud that can't be read: as long as the longest of what it would look at. */
const LOOK_UP_POLLING = polling(5_000, 180);

/**
 * Reads what an applier must know that takes over an action: its effect may be under way, so a service that is away is
 * waited for.
 * @throws the signal's reason; what `read` throws, a passing trouble when it has not passed
 */
export async function lookUp<T>(context: ActionContext, read: () => Promise<T>): Promise<T> {
  const seen = await poll(context, LOOK_UP_POLLING, async () => ({ value: await read() }));
  return seen === undefined ? read() : seen.value;
}

/** Writes that were not taken are made again so often, after pauses (Watcher's http_retries), ms. */
const REPEATS_MAX = 3;
const REPEAT_PAUSES_MS: Readonly<Partial<Record<VigilError["kind"], number>>> = {
  unavailable: 2_000,
  overloaded: 10_000,
};

/**
 * Makes the write that an action begins with, under the lease each time that it is sent, and not once the plan is
 * cancelled. One of which nobody knows whether it was taken counts as made: what follows looks at the cloud.
 * @throws the reason of `cancelling`; what `effect` throws otherwise
 */
export async function request(context: ActionContext, call: () => Promise<unknown>): Promise<void> {
  const { clock, signal, cancelling } = context;
  for (let repeats = 0; ; repeats++) {
    cancelling.throwIfAborted();
    try {
      await context.effect(call);
      return;
    } catch (thrown) {
      if (!(thrown instanceof VigilError)) throw thrown;
      if (thrown.kind === "deadline") return;
      const pauseMs = REPEAT_PAUSES_MS[thrown.kind];
      if (pauseMs === undefined || repeats === REPEATS_MAX) throw thrown;
      await clock.sleep(pauseMs, AbortSignal.any([signal, cancelling]));
    }
  }
}
