/** `make bench`: runs the benchmarks, prints their table and, with --write, keeps it in docs/performance.md. */

import { machine, markdown, progress, type Row, writeSection } from "./figures.ts";
import { lists } from "./lists.ts";
import { planCommit } from "./plan-commit.ts";
import { postToPlan } from "./post-to-plan.ts";
import { spool } from "./spool.ts";
import { storm } from "./storm.ts";
import { webhooks } from "./webhooks.ts";

const BENCHMARKS: Record<string, () => Promise<Row[]>> = {
  webhooks,
  spool,
  "post-to-plan": postToPlan,
  "plan-commit": planCommit,
  lists,
  storm,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = wanted.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  progress(`unknown benchmark ${unknown.join(", ")}; there are ${Object.keys(BENCHMARKS).join(", ")}`);
  process.exit(2);
}
const isKept = process.argv.includes("--write");
if (isKept && wanted.length > 0) {
  progress("--write keeps the table of all benchmarks; leave out the names, or --write");
  process.exit(2);
}

const rows: Row[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  progress(`benchmark ${name} ...`);
  rows.push(...(await run()));
}
const text = `Machine: ${machine()}\n\n${markdown(rows)}`;
process.stdout.write(`${text}\n`);
if (isKept) writeSection("the table", text);
