export { canonicalJson } from "./canonical-json.ts";

/** JSON as a type. Parameters, scopes, explanations and metadata are plain JSON everywhere. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
