/** Medians, percentiles and the table that every benchmark prints. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

export interface Row {
  what: string;
  /** The figure, with its unit. */
  measured: string;
  /** The same work by bare parts in the same run, and the ratio. */
  bare: string;
  ratio: string;
  target: string;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) => `| ${row.what} | ${row.measured} | ${row.bare} | ${row.ratio} | ${row.target} |`,
  );
  return [
    "| what | measured | bare parts, same run | ratio | target |",
    "|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

/** User and system CPU time of a process so far, s (Linux: /proc/PID/stat, clock ticks of 10 ms). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function machine(): string {
  return `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
}

/** Keeps a text in its section of a page of docs/. */
export function writeSection(name: string, text: string, file = "performance.md"): void {
  const page = new URL(`../docs/${file}`, import.meta.url);
  const marks = [`<!-- begin of ${name} -->`, `<!-- end of ${name} -->`] as const;
  const content = readFileSync(page, "utf8");
  const [begin, end] = marks.map((mark) => content.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`docs/${file} has no ${marks[0]} and ${marks[1]}`);
  writeFileSync(page, `${content.slice(0, begin)}${marks[0]}\n\n${text}\n\n${content.slice(end)}`);
}
