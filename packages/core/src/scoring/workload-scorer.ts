/** `dummy_scorer`: tells the kind of workload from telemetry by fixed rules. An example, not a model. */
import { readFeatures, type ScoringEngine, wrong } from "./scoring-engine.ts";

const NAME = "dummy_scorer";
const MIB = 1024 * 1024;

const FEATURE_COLUMNS = [
  "proc-processor-time-%",
  "mem-total-bytes",
  "mem-avail-bytes",
  "mem-page-reads/sec",
  "mem-page-writes/sec",
  "disk-read-bytes/sec",
  "disk-write-bytes/sec",
  "net-bytes-received/sec",
  "net-bytes-sent/sec",
];

/** Names of the workloads, by the number that comes first in the result. */
export const WORKLOADS = ["idle", "cpu-intensive", "memory-intensive", "disk-intensive"] as const;

/** Percent of the processor, page faults and bytes per second. */
const BUSY_CPU = 80;
const SOME_CPU = 40;
const BUSY_PAGES = 1000;
const SOME_PAGES = 500;
const BUSY_DISK = 50 * MIB;

export const WORKLOAD_SCORER: ScoringEngine = {
  name: NAME,
  description: "Dummy workload classifier",
  metainfo: JSON.stringify({
    feature_columns: FEATURE_COLUMNS,
    result_columns: [
      "workload",
      "idle-probability",
      "cpu-probability",
      "memory-probability",
      "disk-probability",
    ],
    workloads: WORKLOADS,
  }),
  calculate: (features) => JSON.stringify(classify(features)),
};

function classify(features: string): number[] {
  const given = readFeatures(NAME, features);
  if (given.length !== FEATURE_COLUMNS.length) {
    throw wrong(NAME, features, `${FEATURE_COLUMNS.length} numbers are wanted, ${given.length} are given`);
  }
  const [cpu, , , pageReads, pageWrites, diskReads, diskWrites] = given as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (cpu >= BUSY_CPU) return [1, 0, 100, 0, 0];
  if (pageReads >= BUSY_PAGES && pageWrites >= BUSY_PAGES) return [2, 0, 0, 100, 0];
  if (diskReads >= BUSY_DISK && diskWrites >= BUSY_DISK) return [3, 0, 0, 0, 100];
  const paging = pageReads >= SOME_PAGES || pageWrites >= SOME_PAGES;
  return [0, 100, cpu >= SOME_CPU ? 50 : 0, paging ? 50 : 0, 0];
}
