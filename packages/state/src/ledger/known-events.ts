/** Answers edges that keep a journal: which of these events the ledger has, and whether the others may have it yet. */

import { answerOne, type Bus, type Stoppable, undeliveredForMs } from "@vigil/bus";
import { isJsonObject, type JsonValue, VigilError } from "@vigil/core";
import type { Sql } from "../database/transaction.ts";
import { isStoredUuid } from "../records/ident.ts";
import { knownEvents } from "../verify/known-events.ts";

/** Of one question. */
const IDS_MAX = 10_000;

/**
 * Answers {known: [...], undeliveredForS} to {eventIds: [...]}; what is no UUID is in no ledger. undeliveredForS: for how
 * long the oldest event has waited that no worker was handed, s.
 * @param sql throws while the database is not ready, or the broker is another's: the edge asks again later
 */
export function answerKnownEvents(bus: Bus, sql: () => Promise<Sql>): Stoppable {
  return answerOne(bus, "ledger", async (question) => {
    const eventIds = eventIdsOf(question);
    const known = await knownEvents(await sql(), eventIds);
    const undeliveredForS = known.size < eventIds.length ? await undeliveredForSeconds(bus) : 0;
    return { known: [...known], undeliveredForS };
  });
}

/** What the ledger has is worth telling also when the broker does not say how much there is to come. */
async function undeliveredForSeconds(bus: Bus): Promise<number> {
  try {
    return Math.ceil((await undeliveredForMs(bus)) / 1_000);
  } catch (thrown) {
    bus.logger.debug({ err: thrown }, "how far behind the workers are can't be told to an edge");
    return 0;
  }
}

/** @throws VigilError invalid-input */
function eventIdsOf(question: JsonValue): string[] {
  const { eventIds } = isJsonObject(question) ? question : {};
  if (!Array.isArray(eventIds) || eventIds.length > IDS_MAX) {
    throw new VigilError("invalid-input", `wanted {eventIds: [...]} with at most ${IDS_MAX} UUIDs`);
  }
  return eventIds.filter((id) => typeof id === "string").filter(isStoredUuid);
}
