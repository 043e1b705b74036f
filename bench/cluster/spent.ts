/** What the hosts of a cluster have spent: processors, network, disk. Differences of two looks are what was spent between. */

import { readFileSync } from "node:fs";
import type { Cluster } from "../../test/cluster/cluster.ts";

/** The parts that a table tells apart: all nats-servers together, all processes of a role together. */
export const PARTS = ["nats", "postgres", "state", "edge", "worker"] as const;
export type Part = (typeof PARTS)[number];

export interface Spent {
  /** When it was looked, s. */
  atS: number;
  /** User and system time, s. */
  cpuS: Record<Part, number>;
  /** Over the cables of its hosts; of the fronts, where edge, api and state share a cable, it stands under state. */
  networkBytes: Record<Part, number>;
  /** Written to the write-ahead log of PostgreSQL. */
  walBytes: number;
  /** Written to disk by the nats-servers, as the kernel counts it. */
  natsDiskBytes: number;
}

/** Linux counts the time of processes in hundredths of a second. */
const TICKS_PER_S = 100;
/** Of /proc/PID/stat, counted from behind the name: own user and system time, then those of children that have ended. */
const TIMES = [11, 12, 13, 14];

export async function spentBy(cluster: Cluster): Promise<Spent> {
  const { nats, postgres, system } = cluster;
  const [wal] = await system.rows<{ bytes: number }>("select pg_current_wal_lsn() - '0/0' as bytes");
  const pidsOf = (role: string) =>
    cluster.roles.filter((one) => one.role === role).map(({ process }) => process.pid);
  const hostsOf = (role: string) => cluster.roles.filter((one) => one.role === role).map(({ host }) => host);
  const backends = readFileSync(`/proc/${postgres.pid}/task/${postgres.pid}/children`, "utf8").trim();
  const cpu = (pids: readonly number[]) => sum(pids.map(cpuSeconds));
  const network = (hosts: readonly { networkBytes: number }[]) => sum(hosts.map((host) => host.networkBytes));
  return {
    atS: performance.now() / 1_000,
    cpuS: {
      nats: cpu(nats.map(({ pid }) => pid)),
      postgres: cpu([postgres.pid, ...backends.split(" ").map(Number)]),
      state: cpu(pidsOf("state")),
      edge: cpu(pidsOf("edge")),
      worker: cpu(pidsOf("worker")),
    },
    networkBytes: {
      nats: network(nats.map(({ host }) => host)),
      postgres: network([postgres.host]),
      state: network(hostsOf("state")),
      edge: 0,
      worker: network(hostsOf("worker")),
    },
    walBytes: Number(wal!.bytes),
    natsDiskBytes: sum(nats.map(({ pid }) => diskBytes(pid))),
  };
}

/** What was spent from one look to another, without what the same time costs at rest. */
export function difference(before: Spent, after: Spent, restPerS?: Spent): Spent {
  const seconds = after.atS - before.atS;
  const less = (late: number, early: number, rest = 0) => Math.max(0, late - early - rest * seconds);
  const parts = (key: "cpuS" | "networkBytes") =>
    Object.fromEntries(
      PARTS.map((part) => [part, less(after[key][part], before[key][part], restPerS?.[key][part])]),
    ) as Record<Part, number>;
  return {
    atS: seconds,
    cpuS: parts("cpuS"),
    networkBytes: parts("networkBytes"),
    walBytes: less(after.walBytes, before.walBytes, restPerS?.walBytes),
    natsDiskBytes: less(after.natsDiskBytes, before.natsDiskBytes, restPerS?.natsDiskBytes),
  };
}

/** Shares of what was spent: of a second, of an event. */
export function divided(spent: Spent, by: number): Spent {
  const parts = (of: Record<Part, number>) =>
    Object.fromEntries(PARTS.map((part) => [part, of[part] / by])) as Record<Part, number>;
  return {
    atS: spent.atS / by,
    cpuS: parts(spent.cpuS),
    networkBytes: parts(spent.networkBytes),
    walBytes: spent.walBytes / by,
    natsDiskBytes: spent.natsDiskBytes / by,
  };
}

/** Of a process and those of its children that have ended, s. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return sum(TIMES.map((field) => Number(fields[field]))) / TICKS_PER_S;
  } catch {
    // Ended since it was listed; its parent has its time.
    return 0;
  }
}

function diskBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
