/**
 * Which occurrence an event belongs to (alarm senders, section 9; "Same occurrence" in DESIGN).
 *
 * | the POST | identity | exact |
 * |---|---|---|
 * | has an Idempotency-Key | the sender's word | yes |
 * | Aodh's, event alarm | alarm, event's message id, state | yes |
 * | Aodh's, any other alarm | the body's telling members, within a window | no |
 * | any other, with a request id | request id and equal bytes: a proxy's repetition | yes |
 * | any other | none: every time a new one | - |
 *
 * No message can tell by itself how long ago another came, so the stream's key has a bucket of time in it, which catches
 * most repetitions: of the window at one edge for the third row, of a day for the exact ones, which are not remembered
 * for longer. The ledger catches the rest by the base hash (`isSameOccurrence`).
 *
 * The base hash does not name the audit, and the ledger compares those of one audit only: an edge that can't reach the
 * audit index knows just the name in the URL, another one its UUID. The key names it as it is known, since one alarm may
 * have two audits as its actions.
 */

import { canonicalJson } from "../canonical-json.ts";
import { DUPLICATE_WINDOW_MS, EXACT_HORIZON_MS } from "../life/ingest.ts";
import type { AlarmBody, AodhAlarm } from "./alarm-body.ts";

/** Longest Idempotency-Key that is taken; keys outside of 1 .. 255 visible ASCII count as none. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

export interface OccurrenceInput {
  /** UUID of the audit, or what stood in the URL where it could not be resolved. */
  audit: string;
  body: AlarmBody;
  /** The body as it came. */
  bytes: Uint8Array;
  /** Of the form `req-<uuid>`, else empty. */
  requestId: string;
  /** Value of the header; empty when absent. */
  idempotencyKey: string;
  /** User who sent it: one sender's keys are not another's. Empty when unknown. */
  userId: string;
  /** At its arrival. */
  clock: ClockReading;
  /** Never the same twice; for events without identity. */
  nonce: string;
}

export interface Occurrence {
  /** Hex SHA-256: message id in the stream. */
  occurrenceKey: string;
  /** Hex SHA-256 without time and audit. */
  baseHash: string;
  exact: boolean;
  /** UUID made of `occurrenceKey`. */
  eventId: string;
}

/** Hex SHA-256 of text (as UTF-8) or bytes: the platform's, since core has none. */
export type Sha256 = (data: string | Uint8Array) => string;

/** What the clocks of a process say at one moment. */
export interface ClockReading {
  /** Of the process: differs for each one that is started. */
  processId: string;
  /** Wall clock, ms since 1970: may step. */
  wallMs: number;
  /** Never steps, ms: the wall clock of the process's start and what has passed since, so that both are in phase. */
  steadyMs: number;
}

/**
 * What two arrivals have in common that both clocks put into one span. The wall clock alone would show an hour twice when
 * it is set back, and alarms of the second time would pass for those of the first, at the stream and in the ledger; the
 * steady one alone stands still while a machine is suspended; and after a restart it is the wall clock again.
 */
function timeBucket({ wallMs, steadyMs }: ClockReading, spanMs: number): string {
  const [wall, steady] = [wallMs, steadyMs].map((ms) => Math.floor(ms / spanMs));
  return `${wall} ${steady}`;
}

export function identifyOccurrence(input: OccurrenceInput, sha256: Sha256): Occurrence {
  const { body, requestId } = input;
  if (isIdempotencyKey(input.idempotencyKey)) {
    return exactly(input, ["idempotency-key", input.userId, input.idempotencyKey], sha256);
  }
  if (body.aodh !== undefined) return identifyAodh(input, body.aodh, sha256);
  if (requestId !== "") return exactly(input, ["request", requestId, sha256(input.bytes)], sha256);
  return exactly(input, ["new", input.nonce], sha256);
}

function identifyAodh(input: OccurrenceInput, alarm: AodhAlarm, sha256: Sha256): Occurrence {
  const { alarmId, messageId, previous, current, reason, reasonData } = alarm;
  if (messageId !== undefined) {
    return exactly(input, ["aodh-event", alarmId, messageId, current], sha256);
  }
  const told = canonicalJson([alarmId, previous, current, reason, reasonData]);
  const baseHash = sha256(tupleText(["aodh", told]));
  // A window in which a clock was set back and the edge started again may be shown twice: each process has its own.
  const bucket = `${input.clock.processId} ${timeBucket(input.clock, DUPLICATE_WINDOW_MS)}`;
  const occurrenceKey = sha256(tupleText(["bucket", baseHash, input.audit, bucket]));
  return { occurrenceKey, baseHash, exact: false, eventId: uuidOfHash(occurrenceKey) };
}

/** At whichever process: the stream, too, knows an exact repetition at another edge, while the day is the same. */
function exactly({ audit, clock }: OccurrenceInput, identity: readonly string[], sha256: Sha256): Occurrence {
  const baseHash = sha256(tupleText(identity));
  const occurrenceKey = sha256(tupleText(["day", baseHash, audit, timeBucket(clock, EXACT_HORIZON_MS)]));
  return { occurrenceKey, baseHash, exact: true, eventId: uuidOfHash(occurrenceKey) };
}

/** Text of a list that no other list has, whatever the parts contain. */
function tupleText(parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/**
 * Key of a message that can't be handled as an event: its place in the stream, so that a repetition is the same one.
 * @param timeMs when the stream stored it, ms since 1970
 */
export function misfitKey(sequence: number, timeMs: number, sha256: Sha256): string {
  return sha256(`poison VIGIL_EVENTS ${sequence} ${timeMs}`);
}

function isIdempotencyKey(key: string): boolean {
  return key.length <= IDEMPOTENCY_KEY_LENGTH_MAX && /^[\x21-\x7e]+$/.test(key);
}

/** UUID of version 8 (RFC 9562: made by the application) from the first 128 bits of a hex hash. */
export function uuidOfHash(hex: string): string {
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
