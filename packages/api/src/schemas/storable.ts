/**
 * Characters that PostgreSQL stores neither in text nor in JSON: U+0000, and half of a surrogate pair, which
 * UTF-8 can't carry. Replacing them lost: what a client reads back has to be what it sent.
 */

/** Their escapes, as JSON.stringify writes them; an escaped backslash before `u0000` is none. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** What an error says of them. */
export const UNSTORABLE =
  "It holds U+0000 or half of a surrogate pair, which can't be stored; leave that out.";

/** Whether the value holds storable characters only, names of members included. */
export function isStorable(value: unknown): boolean {
  const json = JSON.stringify(value);
  return json === undefined || !UNSTORABLE_ESCAPE.test(json);
}
