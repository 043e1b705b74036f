/** Answers edges that keep a journal: which of these events the ledger has. */

import { answerOne, type Bus, type Stoppable } from "@vigil/bus";
import { isJsonObject, type JsonValue, VigilError } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";

/** Of one question. */
const IDS_MAX = 10_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What is no UUID is in no ledger. */
const KNOWN = "select event_id::text as id from event where event_id = any($1::uuid[])";

/**
 * {known: [...]} to {eventIds: [...]}.
 * @throws VigilError invalid-input for any other question, and what the database reports
 */
export async function knownEvents(sql: Sql, question: JsonValue): Promise<{ known: string[] }> {
  const { eventIds } = isJsonObject(question) ? question : {};
  if (!Array.isArray(eventIds) || eventIds.length > IDS_MAX) {
    throw new VigilError("invalid-input", `wanted {eventIds: [...]} with at most ${IDS_MAX} UUIDs`);
  }
  const uuids = eventIds.filter((id) => typeof id === "string" && UUID.test(id));
  const known = await rows<{ id: string }>(sql, KNOWN, [uuids]);
  return { known: known.map(({ id }) => id) };
}

/** @param sql resolves when the database is ready, throws while it is not */
export function answerKnownEvents(bus: Bus, sql: () => Promise<Sql>): Stoppable {
  return answerOne(bus, "ledger", async (question) => knownEvents(await sql(), question));
}
