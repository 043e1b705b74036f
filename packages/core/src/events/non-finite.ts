/** Words that Python's JSON encoder writes for floats that JSON has no form for. */
const WORDS = ["-Infinity", "Infinity", "NaN"] as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NULL = "null";

/**
 * JSON text with bare `NaN`, `Infinity` and `-Infinity` replaced by `null`; what stands inside strings
 * stays. One pass whose time grows with the text alone: a pattern over strings and words would read an
 * unclosed string again from each of its quotes.
 */
export function nullNonFinite(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
      continue;
    }
    const word = isWordPart(text.charCodeAt(index - 1)) ? undefined : wordAt(text, index);
    if (word === undefined) {
      index += 1;
      continue;
    }
    parts.push(text.slice(copied, index), NULL);
    index += word.length;
    copied = index;
  }
  if (parts.length === 0) return text;
  parts.push(text.slice(copied));
  return parts.join("");
}

/** Index after the closing quote; the text's end where there is none. */
function endOfString(text: string, opening: number): number {
  for (let index = opening + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}

function wordAt(text: string, index: number): string | undefined {
  const first = text[index];
  if (first !== "N" && first !== "I" && first !== "-") return undefined;
  const word = WORDS.find((candidate) => text.startsWith(candidate, index));
  return word === undefined || isWordPart(text.charCodeAt(index + word.length)) ? undefined : word;
}

/** Letters, digits, `_`, `-`, `+`, `.`: beside one of them a word is part of something longer. NaN is false. */
function isWordPart(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e
  );
}
