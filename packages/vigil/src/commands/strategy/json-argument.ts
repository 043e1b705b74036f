import { isJsonObject, type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { readTextFile } from "../../engine/model-files.ts";

/** Characters of a refused argument that a message shows. */
const SEEN_LENGTH_MAX = 80;

/**
 * A flag's object: JSON, or `@` and the name of a file that holds it. Not given: `{}`.
 * @throws VigilError invalid-input: no JSON, no object; not-found: no such file
 */
export function objectArgument(flag: string, given: string | undefined): JsonObject {
  if (given === undefined) return {};
  const value = jsonOf(flag, given);
  return isJsonObject(value)
    ? value
    : refuse(flag, given, "a JSON object is wanted, such as '{\"period\": 300}'");
}

/** The same for a list; not given: `[]`. @throws VigilError invalid-input, not-found */
export function listArgument(flag: string, given: string | undefined): JsonValue[] {
  if (given === undefined) return [];
  const value = jsonOf(flag, given);
  return Array.isArray(value)
    ? value
    : refuse(flag, given, "a JSON list is wanted, such as '[{\"compute\": []}]'");
}

function jsonOf(flag: string, given: string): JsonValue {
  const text = given.startsWith("@") ? readTextFile(given.slice(1)) : given;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    return refuse(flag, given, `JSON or @file is wanted (${(error as Error).message})`);
  }
}

function refuse(flag: string, given: string, wanted: string): never {
  throw new VigilError("invalid-input", `${flag} is ${given.slice(0, SEEN_LENGTH_MAX)}; ${wanted}`);
}
