import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** Words of a JSON schema that only tell people something. */
const ANNOTATIONS = new Set(["title", "description", "$schema", "id"]);
/** Words whose members are schemas under names that are free: a parameter may well be called "title". */
const MAPS_OF_SCHEMAS = new Set(["properties", "patternProperties", "definitions"]);
/** Words whose value is no schema. */
const VALUES = new Set(["default", "enum", "choice", "required"]);

/**
 * Whether two JSON schemas ask for the same parameters: what they only tell people, and the order of members, does not
 * count. A default does: an audit that leaves the parameter out means something else then.
 */
export function isSameParameters(one: JsonObject, other: JsonObject): boolean {
  return canonicalJson(asked(one)) === canonicalJson(asked(other));
}

function asked(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(asked);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([word]) => !ANNOTATIONS.has(word))
      .map(([word, value]) => [
        word,
        MAPS_OF_SCHEMAS.has(word) ? each(value) : VALUES.has(word) ? value : asked(value),
      ]),
  );
}

function each(schemas: JsonValue): JsonValue {
  if (!isJsonObject(schemas)) return schemas;
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, asked(schema)]));
}
