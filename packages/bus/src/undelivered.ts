/** How far behind the workers are: an event that none of them was handed yet can't be in the ledger. */

import type { Bus } from "./connection.ts";
import { eventStoredAt } from "./ledger-sign.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";
import { whileConnected } from "./while-connected.ts";

/**
 * For how long the event stream has held the oldest event that no worker was handed yet, ms by this process's clock;
 * 0: workers were handed everything.
 * @throws VigilError unavailable, deadline
 */
export function undeliveredForMs(bus: Bus): Promise<number> {
  return whileConnected(bus, "asking how long events wait for a worker", async () => {
    const { num_pending, delivered } = await (await bus.manager()).consumers.info(
      EVENTS_STREAM,
      EVENTS_CONSUMER,
    );
    if (num_pending === 0) return 0;
    // Next to what was delivered; where that was moved away, nothing is said to wait.
    const storedAtMs = await eventStoredAt(bus, delivered.stream_seq + 1);
    return storedAtMs === undefined ? 0 : Math.max(0, Date.now() - storedAtMs);
  });
}
