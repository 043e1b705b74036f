/** Collects the columns of a snapshot, in the order in which they will stand in it. */
import { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { NO_TEXT } from "./layout.ts";
import { TextTableBuilder } from "./texts.ts";

export type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** A column of texts: its name and where its values come from; null is NO_TEXT. */
export type TextColumn<T> = readonly [name: string, textOf: (item: T) => string | null];

export type NumberColumn<T> = readonly [name: string, type: "u32" | "i32" | "f64", of: (item: T) => number];

export type FlagColumn<T> = readonly [name: string, test: (item: T) => boolean];

/** First all texts, then `closeTexts`, then numbers: indices are known once all texts are. */
export class ColumnWriter {
  readonly columns = new Map<string, Column>();
  readonly #builder = new TextTableBuilder();
  readonly #fill: ((indexOf: (text: string) => number) => void)[] = [];

  texts<T>(items: readonly T[], columns: readonly TextColumn<T>[]): void {
    for (const [name, textOf] of columns) {
      const values = items.map(textOf);
      for (const value of values) if (value !== null) this.#builder.add(value);
      this.#fill.push((indexOf) => {
        const index = (value: string | null): number => (value === null ? NO_TEXT : indexOf(value));
        this.columns.set(name, Uint32Array.from(values, index));
      });
    }
  }

  /** Writes the text table and the columns of texts. @returns how many texts there are */
  closeTexts(): number {
    const { start, bytes, indexOf } = this.#builder.finish();
    this.columns.set("text.start", start);
    this.columns.set("text.bytes", bytes);
    for (const fill of this.#fill) fill(indexOf);
    return start.length - 1;
  }

  numbers<T>(items: readonly T[], columns: readonly NumberColumn<T>[]): void {
    for (const [name, type, of] of columns) {
      switch (type) {
        case "u32":
          this.columns.set(name, Uint32Array.from(items, of));
          break;
        case "i32":
          this.columns.set(name, Int32Array.from(items, of));
          break;
        case "f64":
          this.columns.set(name, Float64Array.from(items, of));
      }
    }
  }

  flags<T>(items: readonly T[], columns: readonly FlagColumn<T>[]): void {
    for (const [name, test] of columns) {
      this.columns.set(
        name,
        Uint8Array.from(items, (item) => Number(test(item))),
      );
    }
  }

  set(name: string, column: Column): void {
    this.columns.set(name, column);
  }

  /** Offsets of lists that stand one behind the other in another column. */
  starts<T>(name: string, items: readonly T[], lengthOf: (item: T) => number): void {
    const start = new Uint32Array(items.length + 1);
    items.forEach((item, at) => {
      start[at + 1] = (start[at] as number) + lengthOf(item);
    });
    this.columns.set(name, start);
  }
}

/** JSON of a value that comes with an element; empty objects and lists are the common case and need no text. */
export function jsonText(value: JsonValue, owner: string): string | null {
  try {
    const text = JSON.stringify(value);
    return text === "{}" || text === "[]" ? null : text;
  } catch (error) {
    // Parsing takes any depth, writing is recursive.
    throw new VigilError("invalid-input", `Metadata of ${owner} is nested too deeply to be written`, {
      cause: error,
    });
  }
}
