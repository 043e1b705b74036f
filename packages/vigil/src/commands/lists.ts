/** What all lists of the command line have in common: how many rows, for whom, and that there are more. */

import { VigilError } from "@vigil/core";
import { type Command, Option } from "commander";
import type { Io } from "../cli/io.ts";
import { tableText } from "../cli/table.ts";
import { jsonLine, printable } from "../cli/terminal-text.ts";

/** What fits on a screen. */
const ROWS_DEFAULT = "20";
/** Rows that a list shows at the most: what a terminal's memory holds. */
const ROWS_MAX = 100_000;
/** Rows of one call. */
const PAGE_ROWS_MAX = 1_000;

/** Adds --limit and --json. */
export function addListOptions(command: Command): Command {
  return command
    .option("--limit <rows>", "how many at the most", ROWS_DEFAULT)
    .option("--json", "one JSON object a line");
}

interface Page<Item> {
  items: Item[];
  nextMarker: string | null;
}

interface Listed<Item> {
  items: Item[];
  /** There are others. */
  more: boolean;
}

/** The number after --limit. @throws VigilError invalid-input */
export function rowsWanted(command: Command): number {
  const { limit } = command.opts<{ limit: string }>();
  const rows = Number(limit);
  if (/^\d+$/.test(limit) && rows >= 1 && rows <= ROWS_MAX) return rows;
  throw new VigilError("invalid-input", `--limit ${printable(limit)}: wanted 1 to ${ROWS_MAX}`);
}

/** The first `rows` items of a list, in pages. */
export async function firstItems<Item>(
  rows: number,
  page: (limit: number, marker: string | undefined) => Promise<Page<Item>>,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  let marker: string | undefined;
  while (items.length < rows) {
    const next = await page(Math.min(rows - items.length, PAGE_ROWS_MAX), marker);
    items.push(...next.items);
    if (next.nextMarker === null) return { items, more: false };
    marker = next.nextMarker;
  }
  return { items, more: true };
}

/** Column by column: its head, and what stands there of an item. null is shown as a dash. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => string | null>>;

/**
 * Prints a list as --json says, and on stderr, where a pipe does not see it, that it was cut.
 * @param none what is said of an empty one: "No events."
 */
export function printList<Item>(
  { io, command, none }: { io: Io; command: Command; none: string },
  { items, more }: Listed<Item>,
  columns: Columns<Item>,
): void {
  const cells = items.map((item) => Object.values(columns).map((cell) => cell(item)));
  const table = items.length === 0 ? `${none}\n` : tableText(Object.keys(columns), cells);
  io.stdout.write(command.opts().json ? items.map(jsonLine).join("") : table);
  if (more) io.stderr.write(`Only the newest ${items.length} are shown; see more with --limit.\n`);
}

/** An option that takes one of a few words, in any case. @throws VigilError invalid-input, when it is read */
export function wordOption(flags: string, description: string, words: readonly string[]): Option {
  const [name = flags] = flags.split(" ", 1);
  return new Option(flags, description).choices(words).argParser((given) => {
    const found = words.find((word) => word === given.toUpperCase());
    if (found !== undefined) return found;
    throw new VigilError("invalid-input", `${name} ${printable(given)}: wanted one of ${words.join(", ")}`);
  });
}
