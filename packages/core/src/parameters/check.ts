/**
 * Parameters of an audit against its strategy's schema, with Watcher's texts: defaults are filled in
 * and unlisted members refused at every level whose `properties` hold at least one entry.
 */
import AjvDraft04 from "ajv-draft-04";
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { findStrategy } from "../strategies/registry.ts";

type Validate = ReturnType<InstanceType<typeof AjvDraft04.default>["compile"]>;

const NO_SPEC =
  "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy";

const ajv = new AjvDraft04.default({ allErrors: false, strict: false });
// Watcher's schema of workload_balance has `choice` where `enum` was meant, and nothing enforces it.
// Clients are shown the schema, so the word stays; here it means what it says.
ajv.addKeyword({
  keyword: "choice",
  schemaType: "array",
  validate: (allowed: JsonValue[], value: JsonValue) => allowed.includes(value),
  errors: false,
});

/**
 * Levels of parameters. No strategy has more than four; what an action of actuator brings may have some more.
 * Whoever copies or writes them as JSON later does so by recursion, and a megabyte of brackets ends its stack.
 */
const LEVELS_MAX = 64;

// Compiling takes milliseconds, checking microseconds; schemas are constants of the registry.
const compiled = new WeakMap<JsonObject, Validate>();

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
  const validate = compiledFor(spec);
  if (!validate(filled)) {
    throw new VigilError("invalid-input", `Invalid parameters for strategy: ${detail(validate, filled)}`);
  }
  return filled ?? {};
}

function compiledFor(spec: JsonObject): Validate {
  const known = compiled.get(spec);
  if (known !== undefined) return known;
  const validate = ajv.compile(spec);
  compiled.set(spec, validate);
  return validate;
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

function detail(validate: Validate, value: JsonValue): string {
  const error = validate.errors?.[0];
  if (error === undefined) return "they do not fit its schema";
  const path = error.instancePath.split("/").slice(1).join(".");
  const seen = JSON.stringify(valueAt(value, error.instancePath)) ?? "nothing";
  const wanted = error.keyword === "choice" ? "must be one of the listed choices" : error.message;
  return `${path === "" ? "parameters" : path}: ${seen.slice(0, SEEN_LENGTH_MAX)} ${wanted ?? "does not fit"}`;
}

/** Characters of a refused value that an error shows: enough to find it, too few to fill a log. */
const SEEN_LENGTH_MAX = 80;

function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const part of pointer.split("/").slice(1)) {
    if (Array.isArray(at)) at = at[Number(part)];
    else if (isJsonObject(at)) at = at[part];
  }
  return at;
}
