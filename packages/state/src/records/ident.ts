/**
 * What a client may name a row by: integer id, then UUID, then name. The form alone decides which of them is meant:
 * a name that looks like a number is reached only through the row's UUID.
 */
export type Ident =
  | { by: "id"; id: string }
  | { by: "uuid"; uuid: string }
  | { by: "name"; name: string }
  | { by: "nothing" };

const BIGINT_MAX = 2n ** 63n - 1n;
/** As Python writes integers: no leading zeros, so that "007" stays a name. */
const INTEGER = /^(0|-?[1-9]\d*)$/;
const STORED_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** What is left of anything that oslo.utils takes for a UUID. */
const UUID_DIGITS = /^[0-9a-f]{32}$/i;

export function readIdent(text: string): Ident {
  if (INTEGER.test(text)) {
    const id = BigInt(text);
    return id >= 0n && id <= BIGINT_MAX ? { by: "id", id: text } : { by: "nothing" };
  }
  if (isStoredUuid(text)) return { by: "uuid", uuid: text };
  // Other spellings of a UUID are recognised as one, and no row is stored under them.
  const digits = text
    .replace("urn:", "")
    .replace("uuid:", "")
    .replace(/^[{}]+|[{}]+$/g, "")
    .replaceAll("-", "");
  if (UUID_DIGITS.test(digits)) return { by: "nothing" };
  // PostgreSQL's text can't hold the character, so no name does.
  return text === "" || text.includes("\0") ? { by: "nothing" } : { by: "name", name: text };
}

/** Whether the text is a UUID in the one form that rows are stored and compared in. */
export function isStoredUuid(text: string): boolean {
  return STORED_UUID.test(text);
}
