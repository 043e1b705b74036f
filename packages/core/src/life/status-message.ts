/** Longest status message that the API shows, UTF-16 units. */
const STATUS_MESSAGE_LENGTH_MAX = 255;

/** A text as the API shows it and the database stores it: cut, without halves of characters and without NUL. */
export function statusMessageOf(text: string): string {
  return text.slice(0, STATUS_MESSAGE_LENGTH_MAX).toWellFormed().replaceAll("\0", "\ufffd");
}
