/**
 * JSON patches as Watcher takes them: form, and application to a document. What a resource lets a patch change is
 * decided beside this file.
 *
 * Own rules of Watcher: only `add`, `replace` and `remove`; paths without escapes; at the root no member is ever
 * added or lost, `remove` sets it to null. Below the root the rules of JSON patch hold.
 */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

const PATCH_OPS = ["add", "replace", "remove"] as const;

/** One step of a patch. `value` is there for `add` and `replace`, and never for `remove`. */
export interface PatchOperation {
  op: (typeof PATCH_OPS)[number];
  /** `/member`, or deeper: `/member/member/0`. */
  path: string;
  value?: JsonValue;
}

/** Operations of one patch. Clients send a handful; each may move the items of a long list. */
export const PATCH_OPERATIONS_MAX = 1_000;

/** Characters of a path: some dozen levels of the longest names. */
export const PATCH_PATH_LENGTH_MAX = 1_024;

/** Levels of a value, as of parameters: whoever copies or writes it as JSON later does so by recursion. */
const VALUE_LEVELS_MAX = 64;

/** What the reference's `^(/[\w-]+)+$` matches: its \w knows letters of all alphabets. */
const PATH = /^(?:\/[\p{L}\p{N}_-]+)+$/u;

const MEMBERS = new Set(["op", "path", "value"]);

/**
 * The operations of a request's body.
 * @throws VigilError invalid-input when the body is no patch
 */
export function readPatch(body: JsonValue): PatchOperation[] {
  if (!Array.isArray(body)) {
    throw refused("patch", body, "Wrong type. Expected a list of {op, path, value}.");
  }
  if (body.length > PATCH_OPERATIONS_MAX) {
    throw new VigilError(
      "invalid-input",
      `The patch has ${body.length} operations; at most ${PATCH_OPERATIONS_MAX} are taken. Send several patches.`,
    );
  }
  return body.map(readOperation);
}

function readOperation(item: JsonValue): PatchOperation {
  if (!isJsonObject(item)) {
    throw refused("patch", item, "Wrong type. Expected objects {op, path, value} in the list.");
  }
  const unknown = Object.keys(item).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) {
    throw new VigilError("invalid-input", `Unknown attribute for argument patch: ${clip(unknown)}`);
  }
  const op = readOp(item.op);
  const path = readPath(item.path);
  if (op === "remove") return { op, path };
  if (item.value === undefined) {
    throw new VigilError("invalid-input", "'add' and 'replace' operations needs value");
  }
  return { op, path, value: readValue(path, item.value) };
}

function readOp(given: JsonValue | undefined): PatchOperation["op"] {
  if (given === undefined) throw refused("op", null, "Mandatory field missing.");
  const op = PATCH_OPS.find((known) => known === given);
  if (op === undefined) throw refused("op", given, "Value should be one of: add, remove, replace");
  return op;
}

function readPath(given: JsonValue | undefined): string {
  if (given === undefined) throw refused("path", null, "Mandatory field missing.");
  if (typeof given === "string" && given.length <= PATCH_PATH_LENGTH_MAX && PATH.test(given)) return given;
  throw refused(
    "path",
    given,
    `Value should match the pattern ^(/[\\w-]+)+$ and have at most ${PATCH_PATH_LENGTH_MAX} characters`,
  );
}

function readValue(path: string, value: JsonValue): JsonValue {
  if (isDeeperThan(value, VALUE_LEVELS_MAX)) {
    throw new VigilError(
      "invalid-input",
      `The value for ${clip(path)} is nested deeper than ${VALUE_LEVELS_MAX} levels, at most that many are wanted`,
    );
  }
  if (!isStorable(value)) {
    throw new VigilError(
      "invalid-input",
      `The value for ${clip(path)} holds the character U+0000 or half a surrogate pair, which can't be stored`,
    );
  }
  return value;
}

/** Whether PostgreSQL takes all its texts, names of members included. */
function isStorable(value: JsonValue): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (Array.isArray(value)) return value.every(isStorable);
  if (!isJsonObject(value)) return true;
  return Object.entries(value).every(([name, member]) => isStorable(name) && isStorable(member));
}

function refused(name: string, seen: JsonValue, detail: string): VigilError {
  const shown = clip(typeof seen === "string" ? seen : isDeeperThan(seen, 1) ? "..." : JSON.stringify(seen));
  return new VigilError(
    "invalid-input",
    `Invalid input for field/attribute ${name}. Value: '${shown}'. ${detail}`,
  );
}

/** The member of the root that an operation changes or looks into. */
export function rootOf(operation: PatchOperation): string {
  return operation.path.split("/", 2)[1]!;
}

/** Whether the operation is on the member itself, not on something inside it. */
export function isWhole(operation: PatchOperation): boolean {
  return operation.path.lastIndexOf("/") === 0;
}

/**
 * A copy of the document with the operations applied in order.
 * @param document its members are all that the root may have; those without a value are null
 * @throws VigilError invalid-input for the first operation that can't be applied
 */
export function applyPatch(document: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const patched = structuredClone(document);
  for (const operation of operations) {
    const reason = applyOne(patched, operation);
    if (reason === undefined) continue;
    if (reason === UNKNOWN_ADDED) {
      throw new VigilError(
        "invalid-input",
        `Adding a new attribute (${clip(operation.path)}) to the root of  the resource is not allowed`,
      );
    }
    throw notApplicable(operation, reason);
  }
  return patched;
}

/** Clients of Watcher look for the text, its two blanks included. */
const UNKNOWN_ADDED = "unknown member of the root";

/** Returns why not, if not. */
function applyOne(root: JsonObject, { op, path, value }: PatchOperation): string | undefined {
  const names = path.split("/").slice(1);
  const last = names.pop()!;
  if (names.length === 0) {
    if (Object.hasOwn(root, last)) setMember(root, last, op === "remove" ? null : structuredClone(value!));
    else return op === "add" ? UNKNOWN_ADDED : `can't ${op} a non-existent object '${clip(last)}'`;
    return undefined;
  }
  let container: JsonValue | undefined = root;
  for (const name of names) {
    container = memberOf(container, name);
    if (container === undefined) return `member '${clip(name)}' not found`;
  }
  if (Array.isArray(container)) return changeItem(container, last, { op, path, value: value ?? null });
  if (!isJsonObject(container)) return `'${clip(names.at(-1)!)}' is neither an object nor a list`;
  if (op !== "add" && !Object.hasOwn(container, last)) {
    return `can't ${op} a non-existent object '${clip(last)}'`;
  }
  if (op === "remove") delete container[last];
  else setMember(container, last, structuredClone(value!));
  return undefined;
}

function changeItem(list: JsonValue[], name: string, { op, value }: PatchOperation): string | undefined {
  const index = op === "add" && name === "-" ? list.length : indexOf(name);
  if (index === undefined) return `'${clip(name)}' is not a valid sequence index`;
  if (index > list.length || (op !== "add" && index === list.length)) {
    return op === "add"
      ? "can't insert outside of list"
      : `can't ${op} outside of list: it has ${list.length} items`;
  }
  if (op === "remove") list.splice(index, 1);
  else list.splice(index, op === "add" ? 0 : 1, structuredClone(value!));
  return undefined;
}

function memberOf(container: JsonValue, name: string): JsonValue | undefined {
  if (Array.isArray(container)) return container[indexOf(name) ?? container.length];
  return isJsonObject(container) && Object.hasOwn(container, name) ? container[name] : undefined;
}

/** ASCII digits without leading zeros, as JSON pointers have them. */
function indexOf(name: string): number | undefined {
  return /^(?:0|[1-9]\d{0,14})$/.test(name) ? Number(name) : undefined;
}

/** Defined, not assigned: a member named `__proto__` is one like any other. */
function setMember(object: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Watcher's error for an operation that makes no sense on what is there. */
function notApplicable(operation: PatchOperation, reason: string): VigilError {
  const shown = clip(JSON.stringify(operation));
  return new VigilError("invalid-input", `Couldn't apply patch '${shown}'. Reason: ${reason}`);
}
