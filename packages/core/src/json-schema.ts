/** JSON schemas, draft 4 as Watcher's are, and what is said when a value does not fit one. */
import AjvDraft04 from "ajv-draft-04";
import { clip } from "./explanation.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";

type Validate = ReturnType<InstanceType<typeof AjvDraft04.default>["compile"]>;

const ajv = new AjvDraft04.default({ allErrors: false, strict: false });
// Watcher's schema of workload_balance has `choice` where `enum` was meant, and nothing enforces it.
// Clients are shown the schema, so the word stays; here it means what it says.
ajv.addKeyword({
  keyword: "choice",
  schemaType: "array",
  validate: (allowed: JsonValue[], value: JsonValue) => allowed.includes(value),
  errors: false,
});

/** Characters of a refused value that an error shows: enough to find it, too few to fill a log. */
const SEEN_LENGTH_MAX = 80;

// Compiling takes milliseconds, checking microseconds; schemas are constants.
const compiled = new WeakMap<JsonObject, Validate>();

/**
 * The first place where the value does not fit the schema, with what stands there and what is wanted; undefined when
 * it fits.
 * @param value nested no deeper than can be written as JSON
 * @param root what the value itself is called
 */
export function schemaMismatch(schema: JsonObject, value: JsonValue, root: string): string | undefined {
  const validate = compiledFor(schema);
  if (validate(value)) return undefined;
  const error = validate.errors?.[0];
  if (error === undefined) return `${root} does not fit its schema`;
  const path = error.instancePath.split("/").slice(1).join(".");
  const seen = JSON.stringify(valueAt(value, error.instancePath)) ?? "nothing";
  const place = path === "" ? root : clip(path);
  return `${place}: ${seen.slice(0, SEEN_LENGTH_MAX)} ${wanted(error) ?? "does not fit"}`;
}

function compiledFor(schema: JsonObject): Validate {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

function wanted({ keyword, params, message }: NonNullable<Validate["errors"]>[number]): string | undefined {
  if (keyword === "choice") return "must be one of the listed choices";
  if (keyword !== "additionalProperties") return message;
  return `must not have the member ${clip(String(params.additionalProperty))}`;
}

function valueAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const part of pointer.split("/").slice(1)) {
    if (Array.isArray(at)) at = at[Number(part)];
    else if (isJsonObject(at)) at = at[part];
  }
  return at;
}
