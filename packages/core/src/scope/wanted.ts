import { clip, EXPLAINED_ENTRIES_MAX } from "../explanation.ts";
import type { JsonObject } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";

/** Names looked for in columns of texts; those that no column held can be told afterwards. */
export class Wanted {
  readonly #texts = new Set<number>();
  readonly #notSeen = new Map<number, string>();
  readonly #absent: string[] = [];

  constructor(model: ClusterModel, names: Iterable<string>) {
    for (const name of names) {
      const text = model.findText(name);
      if (text < 0) this.#absent.push(name);
      else {
        this.#texts.add(text);
        this.#notSeen.set(text, name);
      }
    }
  }

  /** Whether a column's value is one of the names. */
  has(text: number | undefined): boolean {
    if (text === undefined || !this.#texts.has(text)) return false;
    this.#notSeen.delete(text);
    return true;
  }

  /** Adds the names that `has` was never asked about: nothing of that kind bears them. */
  addUnknown(into: string[]): void {
    for (const name of this.#absent) into.push(name);
    for (const name of this.#notSeen.values()) into.push(name);
  }
}

/** Names that the scope gives and the model does not hold, for the explanation. */
export function unknownJson(names: readonly string[]): JsonObject {
  return { count: names.length, first: names.slice(0, EXPLAINED_ENTRIES_MAX).map(clip) };
}
