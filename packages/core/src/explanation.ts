/** Why a solution is as it is, bounded: counts of everything, entries of the first few. */
import type { JsonObject } from "./json.ts";

/** Entries that a list of reasons shows. With about 150 bytes each, a plan's reasons stay below 10 KiB. */
export const EXPLAINED_ENTRIES_MAX = 20;
/** Characters of a name that an explanation shows; Nova's own limit. */
const EXPLAINED_TEXT_LENGTH_MAX = 255;

/** A name from outside, cut to what an explanation has room for. */
export function clip(text: string): string {
  return text.length <= EXPLAINED_TEXT_LENGTH_MAX ? text : `${text.slice(0, EXPLAINED_TEXT_LENGTH_MAX)}...`;
}

/** A list that shows its first entries and the number of all. */
export class Listing {
  readonly #first: JsonObject[] = [];
  #count = 0;

  /** @param entry made only when there is room for it */
  add(entry: () => JsonObject): void {
    this.#count += 1;
    if (this.#first.length < EXPLAINED_ENTRIES_MAX) this.#first.push(entry());
  }

  /** Whether the next entry will be shown: what is costly to find out need not be, otherwise. */
  hasRoom(): boolean {
    return this.#first.length < EXPLAINED_ENTRIES_MAX;
  }

  toJson(): JsonObject {
    return { count: this.#count, first: this.#first };
  }
}

/** Things that were passed over, counted by reason. */
export class Reasons {
  readonly #counts = new Map<string, number>();
  readonly #first: JsonObject[] = [];
  readonly #entriesMax: number;
  #total = 0;

  constructor(entriesMax = EXPLAINED_ENTRIES_MAX) {
    this.#entriesMax = entriesMax;
  }

  /** @param entry made only when there is room for it, since names have to be decoded */
  add(reason: string, entry: () => JsonObject): void {
    this.#total += 1;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    if (this.#first.length < this.#entriesMax) this.#first.push({ ...entry(), reason });
  }

  toJson(): JsonObject {
    return { count: this.#total, byReason: Object.fromEntries(this.#counts), first: this.#first };
  }
}
