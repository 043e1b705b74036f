/**
 * JSON leaves as they are the characters with which text from outside could still act on whoever reads a log: the end of
 * a line to some readers (U+2028, U+2029, U+0085), a command to a terminal (DEL and C1 controls, of which U+009B begins
 * one), or another order of the text (bidirectional marks).
 */
const ACTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A finished log line with them escaped; they stand in JSON texts only, so it stays the same JSON. */
export function escapeLine(line: string): string {
  return line.replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
