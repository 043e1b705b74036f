/**
 * What an audit template may say, and what a patch may make of it. Which goals and strategies there are only the
 * database knows: fields hold them as idents, and whoever looks those up hands the names back for the last checks.
 */

import { VigilError } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { checkParameters } from "../parameters/check.ts";
import { checkScope } from "../scope/check.ts";
import { applyPatch, type PatchOperation, rootOf } from "./json-patch.ts";
import { NAME_CHARACTERS_MAX, refuseInternal, wrongValue } from "./members.ts";

/** Characters, as wide as Watcher's column. */
const DESCRIPTION_CHARACTERS_MAX = 255;

export interface TemplateFields {
  name: string;
  description: string | null;
  /** Integer id, UUID or name. */
  goal: string;
  strategy: string | null;
  scope: JsonValue[];
  /** Without the strategy's own defaults: these are filled in when an audit is made. */
  defaultParameters: JsonObject;
}

/** Members of a template in requests that are not taken from the stored row as they are. */
const COMPUTED = ["goal_uuid", "goal_name", "goal_id", "strategy_uuid", "strategy_name", "strategy_id"];

/**
 * The fields of a new template, checked one by one.
 * @param given members as in requests; null and absent are the same
 * @throws VigilError invalid-input, naming the member
 */
export function readTemplate(given: JsonObject): TemplateFields {
  return {
    name: readName(given.name ?? null),
    description: readDescription(given.description ?? null),
    goal: readText("goal", given.goal ?? null),
    strategy: given.strategy == null ? null : readText("strategy", given.strategy),
    scope: checkScope(given.scope ?? []),
    defaultParameters: readObject("default_parameters", given.default_parameters ?? {}),
  };
}

/** A template as a patch leaves it. */
export interface PatchedTemplate {
  fields: TemplateFields;
  /** Members that the patch named: what it did not is stored as it was. */
  touched: ReadonlySet<string>;
}

/**
 * The template as the operations leave it. Whether the strategy belongs to the goal is not looked at, as in Watcher.
 * @throws VigilError invalid-input; conflict when default parameters would be left to another goal or strategy
 */
export function patchTemplate(
  stored: TemplateFields,
  operations: readonly PatchOperation[],
): PatchedTemplate {
  refuseInternal(operations, COMPUTED);
  const touched = new Set(operations.map(rootOf));
  const { defaultParameters, ...rest } = stored;
  const patched = applyPatch({ ...rest, default_parameters: defaultParameters }, operations);
  for (const member of ["goal", "name"]) {
    // Even when a later operation puts another one there.
    const removed = operations.some(({ op, path }) => op === "remove" && path === `/${member}`);
    if (!removed && patched[member] !== null) continue;
    throw new VigilError("invalid-input", `Cannot remove '${member}' attribute from an audit template`);
  }
  const moved = touched.has("goal") || touched.has("strategy");
  if (moved && !touched.has("default_parameters") && Object.keys(defaultParameters).length > 0) {
    throw new VigilError(
      "conflict",
      "Updating goal or strategy on a template that has default_parameters requires providing updated default_parameters in the same request",
    );
  }
  return { fields: readPatched(stored, patched, touched), touched };
}

/** What was stored before these rules, or under those of another release, stays when the patch is about others. */
function readPatched(
  stored: TemplateFields,
  patched: JsonObject,
  touched: ReadonlySet<string>,
): TemplateFields {
  return {
    name: touched.has("name") ? readName(patched.name ?? null) : stored.name,
    description: touched.has("description")
      ? readDescription(patched.description ?? null)
      : stored.description,
    goal: touched.has("goal") ? readText("goal", patched.goal ?? null) : stored.goal,
    strategy: patched.strategy == null ? null : readText("strategy", patched.strategy),
    scope: touched.has("scope") ? checkScope(patched.scope ?? []) : stored.scope,
    defaultParameters: readObject("default_parameters", patched.default_parameters ?? {}),
  };
}

/**
 * @param strategyName null: the template has none
 * @throws VigilError invalid-input when the strategy does not take these parameters
 */
export function checkDefaultParameters(strategyName: string | null, parameters: JsonObject): void {
  if (Object.keys(parameters).length === 0) return;
  if (strategyName === null) {
    throw new VigilError("invalid-input", "default_parameters requires a strategy to be specified");
  }
  try {
    checkParameters(strategyName, parameters);
  } catch (thrown) {
    const { message } = VigilError.from(thrown);
    const detail = message.replace(/^Invalid parameters for strategy: /, "");
    throw new VigilError("invalid-input", `Invalid default_parameters for strategy: ${detail}`, {
      cause: thrown,
    });
  }
}

/** @throws VigilError invalid-input unless the strategy is one of those that serve the goal */
export function checkStrategyOfGoal(
  strategyName: string,
  goalName: string,
  choices: readonly string[],
): void {
  if (choices.includes(strategyName)) return;
  throw new VigilError(
    "invalid-input",
    `'${strategyName}' strategy does not relate to the '${goalName}' goal. Possible choices: ${choices.join(", ")}`,
  );
}

function readName(value: JsonValue): string {
  const name = readText("name", value);
  if (name !== "" && Array.from(name).length <= NAME_CHARACTERS_MAX) return name;
  throw wrongValue(
    "name",
    name,
    `Value should have a minimum of 1 and a maximum of ${NAME_CHARACTERS_MAX} characters`,
  );
}

function readDescription(value: JsonValue): string | null {
  if (value === null) return null;
  const text = readText("description", value);
  if (Array.from(text).length <= DESCRIPTION_CHARACTERS_MAX) return text;
  throw wrongValue(
    "description",
    text,
    `Value should have a maximum of ${DESCRIPTION_CHARACTERS_MAX} characters`,
  );
}

function readText(member: string, value: JsonValue): string {
  if (value === null) throw wrongValue(member, "None", "Mandatory field missing.");
  if (typeof value !== "string") {
    throw wrongValue(member, kindOf(value), "Wrong type. Expected '<string>'.");
  }
  if (value.isWellFormed() && !value.includes("\0")) return value;
  throw wrongValue(
    member,
    value,
    "It holds the character U+0000 or half a surrogate pair, which can't be stored.",
  );
}

function readObject(member: string, value: JsonValue): JsonObject {
  if (isJsonObject(value)) return value;
  throw wrongValue(member, kindOf(value), "Wrong type. Expected '<object>'.");
}

/** Values that are no text may be of any size and depth: their kind is enough to find them. */
function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return "<list>";
  return typeof value === "object" ? "<object>" : String(value);
}
