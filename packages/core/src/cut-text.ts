/** Cut by characters, as the database counts them, not by UTF-16 units: half a character is none. */
export function cutText(text: string, charactersMax: number): string {
  // Most texts are short, and to spread them costs more than to look.
  return text.length <= charactersMax ? text : Array.from(text).slice(0, charactersMax).join("");
}
