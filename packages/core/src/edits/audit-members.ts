/** The members of an audit that users may patch, under the names of the API, and what each may hold (rest-api 6.6). */

import { cutText } from "../cut-text.ts";
import { VigilError } from "../errors.ts";
import { readFlagWord } from "../flag-word.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { AuditState, AuditType } from "../life/terms.ts";
import { checkParameters } from "../parameters/check.ts";
import { readInterval } from "../schedule/interval.ts";
import { checkScope } from "../scope/check.ts";
import { isInstant } from "./instant.ts";
import { NAME_CHARACTERS_MAX, shown, wrongValue } from "./members.ts";

export interface AuditMembers {
  name: string;
  audit_type: AuditType;
  state: AuditState;
  /** Seconds as text, or cron; null: none. */
  interval: string | null;
  parameters: JsonObject;
  scope: JsonValue[];
  auto_trigger: boolean;
  force: boolean;
  /** ISO 8601 with offset; null: open. */
  start_time: string | null;
  end_time: string | null;
  hostname: string | null;
}

/** As wide as Watcher's column (rest-api 10). */
const HOSTNAME_CHARACTERS_MAX = 255;

const AUDIT_TYPES: readonly AuditType[] = ["ONESHOT", "CONTINUOUS", "EVENT"];

const READERS: {
  readonly [Member in keyof AuditMembers]: (value: JsonValue, strategyName: string) => AuditMembers[Member];
} = {
  name: readName,
  audit_type: readType,
  // Which word may follow which is decided by the table of transitions, before anything is read.
  state: (value) => value as AuditState,
  interval: readIntervalText,
  parameters: readParameters,
  scope: (value) => (value === null ? [] : checkScope(value)),
  auto_trigger: (value) => readFlag("auto_trigger", value),
  force: (value) => readFlag("force", value),
  start_time: (value) => readInstant("start_time", value),
  end_time: (value) => readInstant("end_time", value),
  hostname: readHostname,
};

/**
 * The member's value as it is stored. null, which is what `remove` leaves, stands for nothing, no and the default.
 * @param strategyName empty: the audit names none
 * @throws VigilError invalid-input
 */
export function readMember<Member extends keyof AuditMembers>(
  member: Member,
  value: JsonValue,
  strategyName: string,
): AuditMembers[Member] {
  return READERS[member](value, strategyName);
}

function readName(value: JsonValue): string {
  if (value === null) {
    throw new VigilError("invalid-input", "'/name' is a mandatory attribute and can not be removed");
  }
  if (typeof value !== "string" || value === "") {
    throw wrongValue("name", value, "Wrong type. Expected a 'string' that is not empty.");
  }
  return cutText(value, NAME_CHARACTERS_MAX);
}

function readType(value: JsonValue): AuditType {
  const type = AUDIT_TYPES.find((known) => known === value);
  if (type === undefined) {
    throw new VigilError("invalid-input", `Audit type ${shown(value)} could not be found`);
  }
  return type;
}

/** Of any type of audit: clients set it on finished ONESHOT ones. JSON numbers are refused, as when one is created. */
function readIntervalText(value: JsonValue): string | null {
  if (value === null) return null;
  if (typeof value !== "string") throw wrongValue("interval", value, "Wrong type. Expected 'string'.");
  readInterval(value);
  return value;
}

/** The reference takes parameters as they come; a strategy that can't run with them would only fail later. */
function readParameters(value: JsonValue, strategyName: string): JsonObject {
  try {
    return checkParameters(strategyName, value);
  } catch (thrown) {
    const error = VigilError.from(thrown);
    // That the strategy is gone is no reason to say that the audit is.
    throw error.kind === "not-found" ? new VigilError("invalid-input", error.message) : error;
  }
}

function readFlag(member: string, value: JsonValue): boolean {
  if (value === null || typeof value === "boolean") return value ?? false;
  const flag = typeof value === "object" ? undefined : readFlagWord(value);
  if (flag !== undefined) return flag;
  throw wrongValue(member, value, "Wrong type. Expected 'boolean'.");
}

function readInstant(member: string, value: JsonValue): string | null {
  if (value === null || (typeof value === "string" && isInstant(value))) return value;
  throw wrongValue(member, value, "Expected a time such as 2027-01-01T08:00:00+00:00.");
}

function readHostname(value: JsonValue): string | null {
  if (value === null || (typeof value === "string" && value.length <= HOSTNAME_CHARACTERS_MAX)) return value;
  throw wrongValue(
    "hostname",
    value,
    `Expected a 'string' of at most ${HOSTNAME_CHARACTERS_MAX} characters.`,
  );
}
