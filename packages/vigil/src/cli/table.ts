/** Tables and lists of facts for people. What is in them may come from senders: it is made printable. */

import { printable } from "./terminal-text.ts";

/** Columns of equal width; the last may be as long as it likes. null is shown as a dash. */
export function tableText(heads: readonly string[], rows: readonly (readonly (string | null)[])[]): string {
  const cells = [heads, ...rows.map((row) => row.map((cell) => printable(cell ?? "-")))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  return `${cells.map((row) => line(row).trimEnd()).join("\n")}\n`;
}

/** One fact a line; those that are null are left out. */
export function factLines(facts: Readonly<Record<string, string | number | null>>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${printable(String(value))}\n`).join("");
}
