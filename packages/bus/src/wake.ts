/**
 * Wake-ups: "there is something to do", to one of those who listen. They may be lost (core NATS), so
 * everybody who acts on one also looks by himself now and then.
 */

import type { Bus, Stoppable } from "./connection.ts";
import { wakeSubject } from "./names.ts";

/** run: a run became due. plan: a plan was started. */
export type WakeTopic = "run" | "plan";

export interface WakeListener extends Stoppable {
  /** Takes no wake-ups until `resume`: the broker gives them to others of the group, who have room. */
  pause(): void;
  resume(): void;
}

/** Wakes one listener, if there is one. Without a connection it is simply not sent. */
export function wake(bus: Bus, topic: WakeTopic): void {
  if (!bus.status().connected) return;
  try {
    bus.connection().publish(wakeSubject(topic));
  } catch (thrown) {
    bus.logger.warn({ err: thrown, topic }, "wake-up could not be sent; the slow poll will find the work");
  }
}

/** Calls `listener` for each wake-up that falls to this process; across reconnects. */
export function onWake(bus: Bus, topic: WakeTopic, listener: () => void): WakeListener {
  let active = true;
  let unsubscribe: () => void = () => undefined;
  const subscribe = () => {
    unsubscribe();
    unsubscribe = () => undefined;
    if (!active || !bus.status().connected) return;
    const options = { queue: topic, callback: () => listener() };
    const subscription = bus.connection().subscribe(wakeSubject(topic), options);
    unsubscribe = () => subscription.isClosed() || subscription.unsubscribe();
  };
  const set = (wanted: boolean) => {
    if (active === wanted) return;
    active = wanted;
    subscribe();
  };
  const connections = bus.onStatus((connected) => connected && subscribe());
  subscribe();
  return {
    pause: () => set(false),
    resume: () => set(true),
    stop: () => {
      connections.stop();
      set(false);
    },
  };
}
