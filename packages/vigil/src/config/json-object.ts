/** Settings whose value is a JSON object, or the path of a file with one. */

import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject, type JsonValue, VigilError } from "@vigil/core";

/** Longest piece of a refused value that a message shows, characters. */
const SEEN_LENGTH_MAX = 80;

/**
 * A text that begins with a brace is JSON, any other the path of a file with it.
 * @param variable name of the setting, for messages
 * @param wanted what the object holds: "action types and numbers"
 * @throws VigilError invalid-input naming the setting
 */
export function readObject(given: string, variable: string, wanted: string, example: string): JsonObject {
  const isJson = given.trimStart().startsWith("{");
  const value = parsed(isJson ? given : readNamed(given, variable));
  if (isJsonObject(value)) return value;
  const where = isJson ? "" : ` in ${given}`;
  const text = `${variable}: seen ${JSON.stringify(given.slice(0, SEEN_LENGTH_MAX))}, wanted a JSON object of ${wanted}${where}, such as ${example}`;
  throw new VigilError("invalid-input", text);
}

function readNamed(path: string, variable: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const text = `${variable}: cannot read ${path.slice(0, SEEN_LENGTH_MAX)}: ${(error as Error).message}; wanted a JSON object or the path of a file with one`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}

/** undefined: not JSON. */
function parsed(content: string): JsonValue | undefined {
  try {
    return JSON.parse(content) as JsonValue;
  } catch {
    return undefined;
  }
}
