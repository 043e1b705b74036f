/** Where two JSON values differ first, in reading order. */
import type { JsonValue } from "@vigil/core";
import { isJsonObject } from "@vigil/core";

export interface Difference {
  /** `actions[3].inputParameters.destination_node`; empty: the values themselves. */
  path: string;
  /** undefined: there is nothing at that place. */
  stored: JsonValue | undefined;
  recomputed: JsonValue | undefined;
}

/** null: they are equal. The order of an object's members does not count: the database sorts them. */
export function firstDifference(
  stored: JsonValue | undefined,
  recomputed: JsonValue | undefined,
  path = "",
): Difference | null {
  const pairs = members(stored, recomputed);
  if (pairs === null) return stored === recomputed ? null : { path, stored, recomputed };
  for (const { name, left, right } of pairs) {
    const found = firstDifference(left, right, path === "" ? name.replace(/^\./, "") : `${path}${name}`);
    if (found !== null) return found;
  }
  return null;
}

interface Member {
  name: string;
  left: JsonValue | undefined;
  right: JsonValue | undefined;
}

/** What is to be compared one by one; null: the values are not both lists, nor both objects. */
function members(a: JsonValue | undefined, b: JsonValue | undefined): Member[] | null {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, n) => ({ name: `[${n}]`, left: a[n], right: b[n] }));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return null;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].map((name) => ({ name: `.${name}`, left: a[name], right: b[name] }));
}
