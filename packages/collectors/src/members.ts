/** Typed reading of members of parsed JSON, with messages that say where, what was seen and wanted. */
import { isJsonObject, type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { CAPACITY_WORDS } from "./capacity.ts";

const UINT32_MAX = 0xffffffff;
/** Characters of a refused value that a message shows. */
const SEEN_LENGTH_MAX = 60;

/** Throws invalid-input. `where` is a path such as `nodes[3].vcpus`. */
export function refuse(where: string, seen: unknown, wanted: string): never {
  const text = seen === undefined ? "missing" : JSON.stringify(seen).slice(0, SEEN_LENGTH_MAX);
  throw new VigilError("invalid-input", `${where} is ${text}, ${wanted} is wanted`);
}

export function listOf(value: JsonValue | undefined, where: string): readonly JsonValue[] {
  return Array.isArray(value) ? value : refuse(where, value, "an array");
}

/** One object of a list. A member that is missing takes its default, if the reading gives one. */
export class Members {
  readonly #object: JsonObject;
  readonly #list: string;
  readonly #index: number;

  constructor(value: JsonValue, list: string, index: number) {
    this.#list = list;
    this.#index = index;
    this.#object = isJsonObject(value) ? value : refuse(`${list}[${index}]`, value, "an object");
  }

  // The path is made only when it is needed: 200,000 instances have 16 members each.
  #refuse(key: string, wanted: string): never {
    refuse(`${this.#list}[${this.#index}].${key}`, this.#get(key), wanted);
  }

  #get(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }

  text(key: string, missing?: string): string {
    const value = this.#get(key) ?? missing;
    return typeof value === "string" ? value : this.#refuse(key, "a text");
  }

  textOrNull(key: string): string | null {
    const value = this.#get(key) ?? null;
    return value === null || typeof value === "string" ? value : this.#refuse(key, "a text or null");
  }

  oneOf<const T extends string>(key: string, words: readonly T[], missing: T): T {
    const value = this.#get(key) ?? missing;
    return words.find((word) => word === value) ?? this.#refuse(key, words.join(" or "));
  }

  integer(key: string, missing?: number): number {
    const value = this.#get(key) ?? missing;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= UINT32_MAX)
      return value;
    return this.#refuse(key, `an integer from 0 to ${UINT32_MAX}`);
  }

  integerOrNull(key: string): number | null {
    return (this.#get(key) ?? null) === null ? null : this.integer(key);
  }

  ratio(key: string, missing?: number): number {
    const value = this.#get(key) ?? missing;
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    return this.#refuse(key, "a number >= 0");
  }

  flag(key: string, missing: boolean): boolean {
    const value = this.#get(key) ?? missing;
    return typeof value === "boolean" ? value : this.#refuse(key, "true or false");
  }

  /** Empty when missing. */
  list(key: string): readonly JsonValue[] {
    const value = this.#get(key) ?? [];
    return Array.isArray(value) ? value : this.#refuse(key, "an array");
  }

  object(key: string): JsonObject {
    const value = this.#get(key) ?? {};
    return isJsonObject(value) ? value : this.#refuse(key, "an object");
  }

  /** An index below `limit`; missing and null are null. */
  indexOrNull(key: string, limit: number): number | null {
    const value = this.#get(key) ?? null;
    if (value === null) return null;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < limit) return value;
    return this.#refuse(key, `null or an index below ${limit}`);
  }

  texts(key: string): string[] {
    const values = this.#get(key) ?? [];
    if (!Array.isArray(values)) return this.#refuse(key, "an array of texts");
    return values.map((value) =>
      typeof value === "string" ? value : this.#refuse(key, "an array of texts"),
    );
  }

  /** A flag, or the text of one: the block storage service writes `bootable` so. */
  flagOrText(key: string, missing: boolean): boolean {
    const value = this.#get(key) ?? missing;
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    return this.#refuse(key, "true or false");
  }

  /** A capacity, as number or numeric text; null when it is missing or a word. Fractions are cut off. */
  capacity(key: string): number | null {
    const value = this.numberOrNull(key);
    return value === null ? null : Math.trunc(value);
  }

  numberOrNull(key: string): number | null {
    const value = this.#get(key) ?? null;
    if (value === null || (typeof value === "string" && CAPACITY_WORDS.has(value))) return null;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    return this.#refuse(key, "a number, unknown or infinite");
  }

  /** Elements that are objects; missing: none. */
  objects(key: string): JsonObject[] {
    const values = this.#get(key) ?? [];
    if (Array.isArray(values) && values.every(isJsonObject)) return values;
    return this.#refuse(key, "an array of objects");
  }
}
