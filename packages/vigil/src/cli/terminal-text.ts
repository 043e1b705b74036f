/**
 * Text of others on somebody's terminal. Bodies, names and reasons come from senders: what a terminal would take for a
 * command (move the cursor, change the title, answer with keys) or would show in another order is shown as its code.
 */

/** Control characters (C0, DEL, C1), and those that change the direction of the text or end its line. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const UNPRINTABLE_BUT_BREAKS = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** For one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, codeOf);
}

/** For a block: line feeds and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE_BUT_BREAKS, codeOf);
}

/** JSON on one line, which says the same and may be looked at on a terminal. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(UNPRINTABLE, codeOf)}\n`;
}

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
