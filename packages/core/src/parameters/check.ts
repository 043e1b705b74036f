/**
 * Parameters of an audit against its strategy's schema, with Watcher's texts: defaults are filled in
 * and unlisted members refused at every level whose `properties` hold at least one entry.
 */
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { schemaMismatch } from "../json-schema.ts";
import { findStrategy } from "../strategies/registry.ts";

const NO_SPEC =
  "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy";

/**
 * Levels of parameters. No strategy has more than four; what an action of actuator brings may have some more.
 * Whoever copies or writes them as JSON later does so by recursion, and a megabyte of brackets ends its stack.
 */
const LEVELS_MAX = 64;

/**
 * Checked parameters with defaults filled in; the argument is not changed.
 *
 * @param strategyName any case; empty: no strategy
 * @param parameters undefined (not given) is `{}`; null becomes `{}` without defaults
 * @throws VigilError invalid-input with the texts that clients of Watcher know; not-found for the strategy
 */
export function checkParameters(strategyName: string, parameters: JsonValue | undefined): JsonObject {
  const spec = strategyName === "" ? {} : findStrategy(strategyName).parametersSpec;
  const given = parameters === undefined ? {} : parameters;
  if (Object.keys(spec).length === 0) {
    const empty = given === null || (isJsonObject(given) && Object.keys(given).length === 0);
    if (!empty) throw new VigilError("invalid-input", NO_SPEC);
    return {};
  }
  if (given !== null && !isJsonObject(given)) {
    throw new VigilError("invalid-input", "Invalid parameters for strategy: an object is wanted");
  }
  if (isDeeperThan(given, LEVELS_MAX)) {
    throw new VigilError(
      "invalid-input",
      `Invalid parameters for strategy: nested deeper than ${LEVELS_MAX} levels, at most that many are wanted`,
    );
  }
  const filled = given === null ? null : (fill(spec, given) as JsonObject);
  const mismatch = schemaMismatch(spec, filled, "parameters");
  if (mismatch !== undefined) {
    throw new VigilError("invalid-input", `Invalid parameters for strategy: ${mismatch}`);
  }
  return filled ?? {};
}

/** A copy of the value with defaults; refuses members that a non-empty `properties` does not list. */
function fill(schema: JsonObject, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = schema.items;
    return isJsonObject(items) ? value.map((item) => fill(items, item)) : value;
  }
  if (!isJsonObject(value)) return value;
  const properties = schema.properties;
  if (!isJsonObject(properties) || Object.keys(properties).length === 0) return value;
  const members = new Map<string, JsonValue>();
  for (const [name, member] of Object.entries(value)) {
    const memberSchema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (memberSchema === undefined) {
      throw new VigilError("invalid-input", `Audit parameter ${clip(name)} are not allowed`);
    }
    members.set(name, isJsonObject(memberSchema) ? fill(memberSchema, member) : member);
  }
  for (const [name, memberSchema] of Object.entries(properties)) {
    if (members.has(name) || !isJsonObject(memberSchema) || memberSchema.default === undefined) continue;
    members.set(name, fill(memberSchema, structuredClone(memberSchema.default)));
  }
  return Object.fromEntries(members);
}
