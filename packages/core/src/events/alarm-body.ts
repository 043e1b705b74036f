/**
 * Reading of a webhook's body. Tolerant without end: a body that can't be read is still an alarm, and to
 * refuse it would be to lose it (alarm senders, sections 3.3 and 12).
 */

import { isJsonObject } from "../json.ts";
import type { BodyFormat, BodyParse } from "./accepted-event.ts";
import { nullNonFinite } from "./non-finite.ts";

/** State that a body reports which says nothing about it: somebody called, so something is the matter. */
export const GENERIC_STATE = "alarm";

/** Longest state that is believed; Aodh's longest has 17 characters. It travels in the event's header and the ledger. */
const STATE_LENGTH_MAX = 64;

/** The members of an Aodh notification that identify it. */
export interface AodhAlarm {
  alarmId: string;
  previous: unknown;
  current: string;
  reason: unknown;
  reasonData: unknown;
  /** Set for event alarms: the id of the event itself. */
  messageId: string | undefined;
}

export interface AlarmBody {
  format: BodyFormat;
  parse: BodyParse;
  current: string;
  /** Set when `format` is aodh. */
  aodh: AodhAlarm | undefined;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** @param bytes the body as it came over the wire */
export function readAlarmBody(bytes: Uint8Array): AlarmBody {
  if (bytes.length === 0) return generic("empty");
  const read = parseTolerant(bytes);
  if (read === undefined) return generic("failed");
  const aodh = readAodh(read.value);
  if (aodh === undefined) return generic(read.parse);
  return { format: "aodh", parse: read.parse, current: aodh.current, aodh };
}

function generic(parse: BodyParse): AlarmBody {
  return { format: "generic", parse, current: GENERIC_STATE, aodh: undefined };
}

function parseTolerant(bytes: Uint8Array): { value: unknown; parse: "ok" | "repaired" } | undefined {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return undefined;
  }
  const strict = tryParse(text);
  if (strict !== undefined) return { value: strict.value, parse: "ok" };
  const repaired = nullNonFinite(text);
  if (repaired === text) return undefined;
  const lenient = tryParse(repaired);
  return lenient === undefined ? undefined : { value: lenient.value, parse: "repaired" };
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function readAodh(value: unknown): AodhAlarm | undefined {
  if (!isJsonObject(value)) return undefined;
  const { alarm_id: alarmId, current, previous, reason, reason_data: reasonData } = value;
  if (typeof alarmId !== "string" || typeof current !== "string") return undefined;
  // No sender's state looks like this, and the ledger can't store it: the alarm would end as a dead letter.
  if (current.length > STATE_LENGTH_MAX || current.includes("\0")) return undefined;
  return { alarmId, previous, current, reason, reasonData, messageId: messageIdOf(reasonData) };
}

function messageIdOf(reasonData: unknown): string | undefined {
  if (!isJsonObject(reasonData) || reasonData.type !== "event" || !isJsonObject(reasonData.event))
    return undefined;
  const id = reasonData.event.message_id;
  return typeof id === "string" && id !== "" ? id : undefined;
}
