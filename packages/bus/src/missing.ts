/**
 * Word from those who use a stream or consumer that it is not there, for those who can make it again: it may have been
 * deleted under a connection that stands, which nothing else would tell.
 */

import type { Bus, Stoppable } from "./connection.ts";

const listenersByBus = new WeakMap<Bus, Set<() => void>>();

/** Says that a stream, bucket or consumer was not found. */
export function reportMissing(bus: Bus): void {
  for (const listener of [...(listenersByBus.get(bus) ?? [])]) listener();
}

/** Called at each report, which may be many at once. */
export function onMissing(bus: Bus, listener: () => void): Stoppable {
  const listeners = listenersByBus.get(bus) ?? new Set();
  listenersByBus.set(bus, listeners);
  listeners.add(listener);
  return { stop: () => listeners.delete(listener) };
}
