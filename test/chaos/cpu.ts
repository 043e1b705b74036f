/** CPU time of processes: one that spins after an outage shows here and nowhere else. */

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** User and system time of a process so far, s (Linux: /proc/PID/stat, clock ticks of 10 ms). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Share of one processor that each process used, 0 .. */
export async function cpuShares(
  pids: ReadonlyMap<string, number>,
  seconds: number,
): Promise<Map<string, number>> {
  const before = new Map([...pids].map(([name, pid]) => [name, cpuSeconds(pid)]));
  await sleep(seconds * 1_000);
  return new Map([...pids].map(([name, pid]) => [name, (cpuSeconds(pid) - before.get(name)!) / seconds]));
}
