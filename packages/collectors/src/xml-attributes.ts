/** Attributes of an XML element as typed values, with messages that say which element, what was seen and wanted. */
import { isJsonObject, type JsonObject, VigilError } from "@vigil/core";
import type { SaxesTagPlain } from "saxes";
import { CAPACITY_WORDS } from "./capacity.ts";

/** Attributes of one element as typed values. A second argument is the text of a missing attribute. */
export class Attributes {
  readonly #tag: SaxesTagPlain;

  constructor(tag: SaxesTagPlain) {
    this.#tag = tag;
  }

  #refuse(key: string, wanted: string): never {
    const { name, attributes } = this.#tag;
    const seen = attributes[key] === undefined ? "missing" : JSON.stringify(attributes[key]);
    const which = attributes.uuid ?? attributes.name ?? attributes.host ?? "without uuid";
    throw new VigilError("invalid-input", `${key} of ${name} ${which} is ${seen}, ${wanted} is wanted`);
  }

  text(key: string, missing?: string): string {
    return this.#tag.attributes[key] ?? missing ?? this.#refuse(key, "a text");
  }

  textOrNull(key: string): string | null {
    return this.#tag.attributes[key] ?? null;
  }

  oneOf<const T extends string>(key: string, words: readonly [T, ...T[]]): T {
    const value = this.text(key, words[0]);
    return words.find((word) => word === value) ?? this.#refuse(key, words.join(" or "));
  }

  integer(key: string, missing?: string): number {
    const value = this.text(key, missing);
    return /^\d{1,10}$/.test(value)
      ? Number(value)
      : this.#refuse(key, "an integer >= 0 of at most 10 digits");
  }

  /** Null when it is missing or says "unknown" or "infinite"; what is behind the point is cut off. */
  capacity(key: string): number | null {
    const value = this.text(key, "unknown");
    if (CAPACITY_WORDS.has(value)) return null;
    return /^-?\d{1,15}(\.\d+)?$/.test(value)
      ? Math.trunc(Number(value))
      : this.#refuse(key, "a decimal number, unknown or infinite");
  }

  /** A missing ratio reads 1. */
  ratio(key: string): number {
    const value = this.text(key, "1");
    return /^\d{1,10}(\.\d+)?$/.test(value) ? Number(value) : this.#refuse(key, "a decimal number >= 0");
  }

  flag(key: string, missing?: string): boolean {
    const value = this.text(key, missing);
    if (/^[Tt]rue$/.test(value)) return true;
    return /^[Ff]alse$/.test(value) ? false : this.#refuse(key, "True or False");
  }

  object(key: string): JsonObject {
    const value = parsed(this.text(key, "{}"));
    return isJsonObject(value) ? value : this.#refuse(key, "a JSON object");
  }

  objects(key: string): JsonObject[] {
    const value = parsed(this.text(key, "[]"));
    if (Array.isArray(value) && value.every(isJsonObject)) return value;
    return this.#refuse(key, "a JSON list of objects");
  }

  /** One text, or a list as JSON or in Python's own form, which Watcher writes. */
  textOrTexts(key: string): string[] {
    const value = this.textOrNull(key);
    if (value === null || value === "") return [];
    if (!value.startsWith("[")) return [value];
    const list = parsed(value) ?? parsed(value.replaceAll("'", '"'));
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
    return this.#refuse(key, "a text or a list of texts");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
