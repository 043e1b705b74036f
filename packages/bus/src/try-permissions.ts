/** What an account may do, found out without doing it: for whoever sets up the accounts. */

import { headers } from "nats";
import type { Bus } from "./connection.ts";
import { EVENTS_SUBJECTS, eventSubject } from "./names.ts";
import type { Permissions } from "./permissions.ts";

/** For the refusal of one publication, ms. */
const ANSWER_MS_MAX = 2_000;
/** No stream has this name, so that a publication that expects it is stored nowhere. */
const NO_STREAM = "VIGIL_DOCTOR";

/**
 * Subscribes to what a role subscribes to, for a moment, and publishes an event that the stream refuses. What the broker
 * does not allow is in the status of the bus afterwards. Rights to look are left to whoever looks next, and those to
 * make, change and remove things are not tried.
 */
export async function tryPermissions(bus: Bus, { publish, subscribe }: Permissions): Promise<void> {
  const connection = bus.connection();
  // In no queue group: nothing is taken from those who wait for it.
  const subscriptions = subscribe.map((subject) =>
    connection.subscribe(subject, { callback: () => undefined }),
  );
  try {
    if (publish.includes(EVENTS_SUBJECTS)) {
      const expecting = headers();
      expecting.set("Nats-Expected-Stream", NO_STREAM);
      const refused = { timeout: ANSWER_MS_MAX, headers: expecting };
      await connection.request(eventSubject("doctor"), "", refused).catch(() => undefined);
    }
    await connection.flush();
  } finally {
    for (const subscription of subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
  }
}
