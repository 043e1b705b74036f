/** One step of the walk through the event stream: what workers acknowledged must be in the ledger. */

import { type Bus, eventsPosition, type WalkedEvent, walkEvents } from "@vigil/bus";
import { findingOf } from "@vigil/core";
import type { VerifyStreamRequest__Output, VerifyStreamResponse } from "@vigil/proto";
import type { Sql } from "../database/transaction.ts";
import { decimal, parse } from "../runs/inputs.ts";
import { idsOf, recordedOf } from "./recorded.ts";

/** Messages of one step, headers only: some 2 MiB. */
const STEP_MESSAGES_MAX = 2_000;

/**
 * How far workers have come is asked for before the ledger: whatever is acknowledged later need not be in it yet.
 * @throws VigilError invalid-input; unavailable, deadline, not-found: the stream could not be looked at, wholly or in part
 */
export async function verifyStream(
  bus: Bus,
  sql: Sql,
  request: VerifyStreamRequest__Output,
): Promise<VerifyStreamResponse> {
  const after = Number(parse("after", decimal, request.after));
  const asked = Number(parse("up_to", decimal, request.upTo));
  const { handledUpTo, firstSequence, stored, waiting, outOfTurn } = await eventsPosition(bus);
  const upTo = asked === 0 ? handledUpTo : Math.min(asked, handledUpTo);
  const from = Math.max(after, firstSequence - 1);
  const walked = from >= upTo ? [] : await walkEvents(bus, { after: from, upTo, max: STEP_MESSAGES_MAX });
  const missing = await missingOf(sql, walked);
  const last = walked.at(-1)?.sequence ?? 0;
  const isLast = last === 0 || last >= upTo;
  const finding = findingOf("message-not-in-ledger", missing.length, missing);
  return {
    messages: walked.length,
    nextAfter: isLast ? 0 : last,
    upTo,
    waiting,
    stored,
    outOfTurn,
    findings: missing.length === 0 ? [] : [{ ...finding, ids: [...finding.ids] }],
  };
}

/** In words that lead to the message: its sequence, and the event's id where it says one. */
async function missingOf(sql: Sql, walked: readonly WalkedEvent[]): Promise<string[]> {
  const recorded = await recordedOf(sql, walked);
  return walked
    .filter(({ sequence }) => !recorded.has(sequence))
    .map((event) => `sequence ${event.sequence} (event ${idsOf(event)[0]})`);
}
