import { cutText } from "../cut-text.ts";

/** Longest status message that the API shows (rest-api 10). */
const STATUS_MESSAGE_CHARACTERS_MAX = 255;

/** A text as the API shows it and the database stores it: cut, without halves of characters and without NUL. */
export function statusMessageOf(text: string): string {
  return cutText(text, STATUS_MESSAGE_CHARACTERS_MAX).toWellFormed().replaceAll("\0", "\ufffd");
}
