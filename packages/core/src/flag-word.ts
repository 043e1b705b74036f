/** Words for yes and no beside the booleans, in any case and between blanks, as Watcher reads them (oslo.utils). */
const TRUE_WORDS = ["1", "t", "true", "on", "y", "yes"];
const FALSE_WORDS = ["0", "f", "false", "off", "n", "no"];

/** What a text or a number stands for; undefined: neither yes nor no. */
export function readFlagWord(value: string | number): boolean | undefined {
  const word = String(value).trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : undefined;
}
