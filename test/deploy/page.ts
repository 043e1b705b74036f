/** Pages of the manual as programs: their blocks of shell commands, in order. */

import { readFileSync } from "node:fs";

export interface ShellBlock {
  /** The nearest heading above. */
  heading: string;
  script: string;
}

/** The ```sh blocks of a page in docs/. */
export function shellBlocks(page: string): ShellBlock[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  let heading = "";
  return [...text.matchAll(/^#+ (.*)$|^```\w*\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const [whole, title, script] = match;
    if (title !== undefined) heading = title;
    return whole.startsWith("```sh\n") && script !== undefined ? [{ heading, script }] : [];
  });
}
