/** Reading of an audit's scope: the forms that the rules of all models have in common. */
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** Names or ids; `all` is the wildcard. */
export interface Selection {
  all: boolean;
  ids: Set<number>;
  names: Set<string>;
}

/** Rules have seven levels; values of metadata may have some of their own. Messages write them by recursion. */
export const SCOPE_LEVELS_MAX = 64;

const WILDCARD = "*";

export function emptySelection(): Selection {
  return { all: false, ids: new Set(), names: new Set() };
}

/**
 * Rules of one model: those of the first element that has any, as in Watcher.
 *
 * @returns null when the scope says nothing about that model
 * @throws VigilError invalid-input for a scope of another form
 */
export function rulesOf(
  scope: JsonValue,
  model: "compute" | "storage" | "baremetal",
): readonly JsonObject[] | null {
  if (!Array.isArray(scope)) throw wrong("scope", scope, "a list");
  const element = scope.find((value) => isJsonObject(value) && !isEmpty(value[model]));
  return isJsonObject(element) ? objects(element[model], model) : null;
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Adds the ids and names of one rule. A wildcard stands alone: beside others it is likely a mistake. */
export function select(selection: Selection, value: JsonValue, where: string): void {
  const entries = objects(value, where);
  for (const { id, name } of entries) {
    if (id === WILDCARD || name === WILDCARD) {
      if (entries.length > 1) {
        throw new VigilError(
          "invalid-input",
          `WildcardCharacterIsUsed: '*' stands beside other entries in ${where} of the scope; leave one of them out`,
        );
      }
      selection.all = true;
    } else if (typeof id === "number" && Number.isInteger(id)) selection.ids.add(id);
    else if (typeof name === "string") selection.names.add(name);
    else throw wrong(where, { id: id ?? null, name: name ?? null }, "an integer id or a name");
  }
}

export function objects(value: JsonValue | undefined, where: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw wrong(where, value ?? null, "a list of objects");
  return value.map((entry) => {
    if (!isJsonObject(entry)) throw wrong(where, entry, "an object");
    return entry;
  });
}

/**
 * Adds the texts that stand under one of the keys, the first that is there, in each object of a list. One by
 * one: as arguments of a single push, the names of a large cloud would not fit on the stack.
 */
export function addTexts(into: string[], value: JsonValue, where: string, ...keys: readonly string[]): void {
  for (const entry of objects(value, where)) {
    const key = keys.find((one) => entry[one] !== undefined) ?? keys.join(" or ");
    const text = entry[key];
    if (typeof text !== "string") throw wrong(`${where}.${key}`, text ?? null, "a text");
    into.push(text);
  }
}

function wrong(where: string, seen: JsonValue, wanted: string): VigilError {
  return new VigilError(
    "invalid-input",
    `${where} of the scope is ${clip(JSON.stringify(seen))}, ${wanted} is wanted`,
  );
}
