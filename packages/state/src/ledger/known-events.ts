/** Answers edges that keep a journal: which of these events the ledger has. */

import { answerOne, type Bus, type Stoppable } from "@vigil/bus";
import { isJsonObject, type JsonValue, VigilError } from "@vigil/core";
import type { Sql } from "../database/transaction.ts";
import { isStoredUuid } from "../records/ident.ts";
import { knownEvents } from "../verify/known-events.ts";

/** Of one question. */
const IDS_MAX = 10_000;

/**
 * Answers {known: [...]} to {eventIds: [...]}; what is no UUID is in no ledger.
 * @param sql throws while the database is not ready, or the broker is another's: the edge asks again later
 */
export function answerKnownEvents(bus: Bus, sql: () => Promise<Sql>): Stoppable {
  return answerOne(bus, "ledger", async (question) => {
    const known = await knownEvents(await sql(), eventIdsOf(question));
    return { known: [...known] };
  });
}

/** @throws VigilError invalid-input */
function eventIdsOf(question: JsonValue): string[] {
  const { eventIds } = isJsonObject(question) ? question : {};
  if (!Array.isArray(eventIds) || eventIds.length > IDS_MAX) {
    throw new VigilError("invalid-input", `wanted {eventIds: [...]} with at most ${IDS_MAX} UUIDs`);
  }
  return eventIds.filter((id) => typeof id === "string").filter(isStoredUuid);
}
