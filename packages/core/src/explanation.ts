/** Why a solution is as it is, bounded: counts of everything, entries of the first few. */
import type { JsonObject } from "./json.ts";

/** Entries that a list of reasons shows. With about 150 bytes each, a plan's reasons stay below 10 KiB. */
export const EXPLAINED_ENTRIES_MAX = 20;
/** Characters of a name that an explanation shows; Nova's own limit. */
const EXPLAINED_TEXT_LENGTH_MAX = 255;

/**
 * Characters of an explanation as JSON. Strategies keep theirs to some 10 KiB by the limits above; this one holds
 * whatever names a cloud has and however many lists a strategy tells of, so that every run's row stays small.
 */
export const EXPLANATION_LENGTH_MAX = 64 * 1024;
/** Members of an explanation have short names; one that has not is cut where it is named as left out. */
const LEFT_OUT_NAME_LENGTH_MAX = 63;
/** Left for the names of members that are left out. */
const LEFT_OUT_LENGTH_MAX = 2 * 1024;

/**
 * The explanation with its summary in front, without those of its members that are too much; `leftOut` names them
 * then. Members are taken in order, so the summary always stays.
 */
export function boundExplanation({ summary, ...others }: JsonObject): JsonObject {
  const explanation = summary === undefined ? others : { summary, ...others };
  if (JSON.stringify(explanation).length <= EXPLANATION_LENGTH_MAX) return explanation;
  const kept: JsonObject = {};
  const leftOut: string[] = [];
  let room = EXPLANATION_LENGTH_MAX - LEFT_OUT_LENGTH_MAX;
  for (const [name, value] of Object.entries(explanation)) {
    const length = JSON.stringify({ [name]: value }).length;
    if (length <= room) {
      kept[name] = value;
      room -= length;
    } else if (leftOut.length < EXPLAINED_ENTRIES_MAX) leftOut.push(name.slice(0, LEFT_OUT_NAME_LENGTH_MAX));
  }
  return { ...kept, leftOut };
}

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
