/** The tables of docs/sizing.md: what was measured, and what follows from it for 1, 10 and 100 worker VMs. */

import type { Costs } from "./costs.ts";
import type { WorkerRate } from "./plans.ts";
import { PARTS, type Part, type Spent } from "./spent.ts";
import type { StateRate } from "./state-rates.ts";
import { RUN_MS } from "./thread.ts";

export interface Figures {
  machine: string;
  waiting: readonly WorkerRate[];
  computing: readonly WorkerRate[];
  states: readonly StateRate[];
  costs: Costs;
}

/** A worker VM as it is thought of: processors, and threads that compute (the default: one less). */
const VM = { processors: 4, threads: 3 };
const VMS = [1, 10, 100];
/** What a run costs, ms: a balancing strategy on 1,000 hosts, the heaviest one on 10,000. */
const RUN_COSTS_MS = [50, 1_000];
/** Connections of a state process to PostgreSQL (VIGIL_DATABASE_CONNECTIONS). */
const CONNECTIONS_PER_STATE = 24;
/** Of a processor: what a state process is planned to use, so that it has some left for a busy minute. */
const STATE_SHARE = 0.7;
const NAMES: Readonly<Record<Part, string>> = {
  nats: "NATS, three servers together",
  postgres: "PostgreSQL",
  state: "state",
  edge: "edge",
  worker: "worker, without the strategy",
};

export function pageText(figures: Figures): string {
  return [
    `Machine: ${figures.machine}; all hosts and the senders share it.`,
    workersTable(figures),
    statesTable(figures.states),
    costsTable(figures.costs),
    vmsTable(figures.costs),
  ].join("\n\n");
}

function workersTable({ waiting, computing }: Figures): string {
  const counts = waiting.map(({ workers }) => workers);
  const cell = (rates: readonly WorkerRate[], count: number) => {
    const rate = rates.find(({ workers }) => workers === count);
    if (rate === undefined) return "-";
    return `${rate.plansPerSecond.toFixed(1)}, machine ${Math.round(rate.machineShare * 100)} % busy`;
  };
  return table(
    [`plans/s by workers of one thread, ${RUN_MS} ms a run`, ...counts.map((count) => `${count}`)],
    [
      ["at the most", ...counts.map((count) => `${(count * 1_000) / RUN_MS}`)],
      ["as if each had a processor of its own", ...counts.map((count) => cell(waiting, count))],
      ["computing on this machine", ...counts.map((count) => cell(computing, count))],
    ],
  );
}

function statesTable(rates: readonly StateRate[]): string {
  return table(
    ["events/s into the ledger", "rate", "processors of state", "of PostgreSQL"],
    rates.map(({ states, perCall, perSecond, stateCpus, postgresCpus }) => [
      `${states === 1 ? "one state process" : `${states} state processes`}, ${perCall === 1 ? "one by one" : `${perCall} of one audit in a call`}`,
      Math.round(perSecond).toLocaleString("en"),
      stateCpus.toFixed(2),
      postgresCpus.toFixed(2),
    ]),
  );
}

function costsTable({ event, rest, worker }: Costs): string {
  const cpu = (spent: Spent, part: Part) => `${(spent.cpuS[part] * 1_000).toFixed(2)} ms`;
  const disk: Partial<Record<Part, string>> = {
    nats: kb(event.natsDiskBytes),
    postgres: `${kb(event.walBytes)} of write-ahead log`,
  };
  const rows = PARTS.map((part) => [
    NAMES[part],
    cpu(event, part),
    part === "edge" ? "with state" : kb(event.networkBytes[part]),
    disk[part] ?? "-",
    part === "worker" ? "-" : cpu(rest, part),
    cpu(worker, part),
  ]);
  const head = ["what", "CPU per event", "network", "disk", "CPU a second at rest", "and for each worker VM"];
  return table(head, rows);
}

function vmsTable({ event, rest, worker }: Costs): string {
  const rows = RUN_COSTS_MS.flatMap((runMs) =>
    VMS.map((vms) => {
      // What a worker itself needs for a run beside the strategy holds up its main thread, not those that compute.
      const perSecond = (vms * VM.threads * 1_000) / runMs;
      const cpus = (part: Part) => rest.cpuS[part] + vms * worker.cpuS[part] + perSecond * event.cpuS[part];
      const states = Math.max(2, Math.ceil(cpus("state") / STATE_SHARE));
      return [
        `${vms}`,
        `${runMs} ms`,
        Math.round(perSecond).toLocaleString("en"),
        `${cpus("nats").toFixed(1)} in all, ${mb(perSecond * event.networkBytes.nats)}, disks ${mb(perSecond * event.natsDiskBytes)}`,
        `${cpus("postgres").toFixed(1)}, log ${mb(perSecond * event.walBytes)}, ${states * CONNECTIONS_PER_STATE} connections`,
        `${cpus("state").toFixed(1)}: ${states}`,
        cpus("edge").toFixed(1),
      ];
    }),
  );
  const head = [
    `worker VMs of ${VM.processors} processors`,
    "a run costs",
    "plans/s at the most",
    "NATS: processors, network",
    "PostgreSQL: processors",
    "state: processors, processes",
    "edges: processors",
  ];
  return table(head, rows);
}

const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
const mb = (bytesPerSecond: number) =>
  `${(bytesPerSecond / 1_000_000).toFixed(bytesPerSecond < 1e7 ? 1 : 0)} MB/s`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
