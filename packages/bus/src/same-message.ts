/** Whether a message that was delivered over a connection that broke is still the one that its sequence names. */

import type { Bus } from "./connection.ts";
import type { Delivery } from "./delivery.ts";
import { EVENTS_STREAM } from "./names.ts";

/** Times come as nanoseconds in one place and as text in the other, ms. */
const ROUNDING_MS = 1;

/**
 * An acknowledgement names the sequence alone. A broker that lost its store, or the end of it that was not on disk yet,
 * gives the sequence to another event, and would take the answer for that one's.
 * @returns false also when the broker can't tell: it delivers the message again, which changes nothing
 */
export async function isSameMessage(
  bus: Pick<Bus, "manager">,
  { sequence, timeMs }: Pick<Delivery, "sequence" | "timeMs">,
): Promise<boolean> {
  try {
    const manager = await bus.manager();
    const { time } = await manager.streams.getMessage(EVENTS_STREAM, { seq: sequence });
    return Math.abs(time.getTime() - timeMs) <= ROUNDING_MS;
  } catch {
    return false;
  }
}
