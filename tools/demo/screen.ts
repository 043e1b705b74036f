import { styleText } from "node:util";

/** Columns stay apart by this much. */
const GAP = "  ";

/** Prints a line. */
export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

export function bold(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

/** Runs a step and prints one line for it: what it does while it runs, and how long it took. */
export async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  process.stdout.write(`  ${name} ... `);
  const startedAt = performance.now();
  try {
    const result = await run();
    say(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    say(styleText("red", "failed", { stream: process.stdout }));
    throw error;
  }
}

/** Lines of a table with a ruled heading; columns as wide as their widest cell. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  return [line(heading), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
