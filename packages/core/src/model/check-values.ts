/** Checks that the parts of a model source have in common. All throw VigilError invalid-input. */
import { VigilError } from "../errors.ts";

const UINT32_MAX = 0xffffffff;
/** Indices and counts of some elements are i32 columns. */
export const INT32_MAX = 0x7fffffff;

export function refuse(what: string, seen: unknown, wanted: string): never {
  const text = typeof seen === "string" ? JSON.stringify(seen) : String(seen);
  throw new VigilError("invalid-input", `${what} is ${text}, ${wanted} is wanted`);
}

export function uint32(value: number, what: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= UINT32_MAX)) {
    refuse(what, value, `an integer from 0 to ${UINT32_MAX}`);
  }
}

export function ratio(value: number, what: string): void {
  if (!(Number.isFinite(value) && value >= 0)) refuse(what, value, "a finite number >= 0");
}

export function indexOrNull(value: number | null, limit: number, what: string): void {
  if (value !== null && !(Number.isInteger(value) && value >= 0 && value < limit)) {
    refuse(what, value, `null or an index below ${limit}`);
  }
}

/** Status and state of a service, compute and storage alike. */
export function serviceState({ status, state }: { status: string; state: string }, at: string): void {
  if (status !== "enabled" && status !== "disabled") refuse(`status ${at}`, status, "enabled or disabled");
  if (state !== "up" && state !== "down") refuse(`state ${at}`, state, "up or down");
}

export function unique(keys: Iterable<string>, what: string): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new VigilError("invalid-input", `${what} ${key} is there twice, once is wanted`);
    seen.add(key);
  }
}

/** @param lists whose elements are referred to by index */
export function fewEnough(lists: readonly (readonly unknown[])[]): void {
  const longest = Math.max(...lists.map((list) => list.length));
  if (longest > INT32_MAX) refuse("number of elements", longest, `at most ${INT32_MAX}`);
}
