/**
 * `make bench-engine`: every strategy of the table at every size, each in a process of its own. Prints the tables and,
 * with --write, keeps them in docs/performance.md. A missed floor is marked, and is no failure: shared machines.
 */
import { parseArgs } from "node:util";
import { machine, progress, writeSection } from "../figures.ts";
import { type ClusterFiles, clusterFiles } from "./clusters.ts";
import { type Measured, measureRow } from "./measurements.ts";
import { type MemoryGrowth, memoryOf } from "./memory.ts";
import { PYTHON } from "./python.ts";
import { reportText } from "./report.ts";
import { ROWS, SIZES, type Size } from "./rows.ts";
import { loadFromStore } from "./store-load.ts";

/** The strategy with the largest books at the size between, a cheap one at the largest: 100 runs each. */
const MEMORY_ROWS: readonly [string, Size][] = [
  ["vm_workload_consolidation", "1000/20000"],
  ["workload_balance", "10000/200000"],
];

const { values } = parseArgs({
  options: { only: { type: "string" }, sizes: { type: "string" }, write: { type: "boolean" } },
});
const rows = chosen(ROWS, values.only, ({ label, strategy }) => [label, strategy]);
const sizes = chosen(SIZES, values.sizes, (size) => [size]);
if (PYTHON === undefined)
  progress("no python3: clusters that are not in .cache/bench and the checker are left out");

const files = sizes.flatMap((size) => clusterFiles(size) ?? []);
const measured: Measured[] = files.flatMap((of) => rows.flatMap((row) => measureRow(row, of) ?? []));
const memory = MEMORY_ROWS.flatMap(([label, size]) => memoryRow(label, size));
const text = reportText({ machine: machine(), measured, memory, load: await storeLoad(files.at(-1)) });
process.stdout.write(`${text}\n`);
if (values.write) writeSection("engine", text);

function memoryRow(label: string, size: Size): MemoryGrowth[] {
  const row = rows.find((one) => one.label === label);
  const of = files.find((one) => one.size === size);
  const growth = row && of && memoryOf(row, of);
  return growth === undefined ? [] : [growth];
}

async function storeLoad(of: ClusterFiles | undefined) {
  if (of === undefined || values.only !== undefined) return undefined;
  progress(`${of.size}: loading the model from an object store ...`);
  return { size: of.size, ...(await loadFromStore(of.snapshot)) };
}

/** Those whose name is in the list given, separated by commas; without a list all. Unknown names end the program. */
function chosen<T>(
  all: readonly T[],
  given: string | undefined,
  namesOf: (one: T) => string[],
): readonly T[] {
  if (given === undefined) return all;
  const wanted = given.split(",").map((name) => name.trim());
  const unknown = wanted.filter((name) => !all.some((one) => namesOf(one).includes(name)));
  if (unknown.length === 0) return all.filter((one) => namesOf(one).some((name) => wanted.includes(name)));
  progress(`unknown: ${unknown.join(", ")}; there are ${all.map((one) => namesOf(one)[0]).join("; ")}`);
  process.exit(2);
}
