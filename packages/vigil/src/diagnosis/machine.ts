/** This machine against its settings: cores and memory for the threads, a disk for the spool. */

import { existsSync } from "node:fs";
import { access, constants, statfs } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { bytesText, plural } from "../cli/units.ts";
import type { Config } from "../config/settings.ts";
import { memoryMiB } from "../process/identity.ts";
import { type Check, check } from "./checks.ts";
import { doubt, type Finding, problem } from "./finding.ts";

const MIB = 1_048_576;
/** What a worker takes beside the heaps of its threads. */
const OWN_MIB = 300;
/** Types of file systems in memory (statfs(2)). */
const IN_MEMORY = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);

export interface Machine {
  cores: number;
  memoryMiB: number;
  threads: number;
  heapMiB: number;
}

/** @param whose "this machine", or a worker's host */
export function poolFindings(whose: string, { cores, memoryMiB, threads, heapMiB }: Machine): Finding[] {
  const needed = threads * heapMiB + OWN_MIB;
  const findings: Finding[] = [];
  if (threads > cores)
    findings.push(
      doubt(
        "pool-too-large",
        `${whose} computes with ${plural(threads, "thread")} on ${plural(cores, "core")}`,
        "at most one thread a core: more take turns, and acknowledgements wait",
        "lower VIGIL_WORKER_THREADS; its default is one less than cores",
      ),
    );
  if (cores > 3 && threads * 2 < cores)
    findings.push(
      doubt(
        "pool-too-small",
        `${whose} computes with ${plural(threads, "thread")} on ${plural(cores, "core")}`,
        `up to ${cores - 1}: other cores are idle`,
        "raise VIGIL_WORKER_THREADS, or leave it out",
      ),
    );
  if (needed > memoryMiB)
    findings.push(
      doubt(
        "pool-memory",
        `${whose} has ${bytesText(memoryMiB * MIB)}, and ${plural(threads, "thread")} may take ${bytesText(needed * MIB)}`,
        "memory for the heaps of all threads: else the kernel ends the worker",
        "lower VIGIL_WORKER_THREADS or VIGIL_RUN_HEAP_MAX_MIB, or give it more memory",
      ),
    );
  return findings;
}

export function checkPool({ workerThreads, runHeapMaxMib }: Config): Promise<Check> {
  return check("threads for computing", (found) => {
    const machine = {
      cores: availableParallelism(),
      memoryMiB: memoryMiB(),
      threads: workerThreads,
      heapMiB: runHeapMaxMib,
    };
    found.push(...poolFindings("this machine", machine));
    return `${plural(workerThreads, "thread")} on ${plural(machine.cores, "core")}, ${bytesText(machine.memoryMiB * MIB)} of memory`;
  });
}

export function checkSpool({ edgeSpoolDir, dataDir, edgeSpoolBytesMax }: Config): Promise<Check> {
  const folder = edgeSpoolDir ?? join(dataDir, "edge");
  const setting = edgeSpoolDir === undefined ? "VIGIL_DATA_DIR" : "VIGIL_EDGE_SPOOL_DIR";
  return check(`spool in ${folder}`, async (found) => {
    const there = nearest(folder);
    await access(there, constants.W_OK).catch((error: Error) =>
      found.push(
        problem(
          "spool-not-writable",
          `${there}: ${error.message}`,
          "a folder that this user may write",
          `run vigil doctor as the user of the edge, or correct its owner, or ${setting}`,
        ),
      ),
    );
    const { type, bavail, bsize } = await statfs(there);
    const room = bavail * bsize;
    const inMemory = IN_MEMORY.get(type);
    if (inMemory !== undefined)
      found.push(
        problem(
          "spool-in-memory",
          `${folder} is on ${inMemory}`,
          "a disk: what is spooled has been answered 202",
          `name a folder on a disk in ${setting}`,
        ),
      );
    if (room < edgeSpoolBytesMax)
      found.push(
        doubt(
          "spool-room",
          `${bytesText(room)} are free for the spool`,
          `${bytesText(edgeSpoolBytesMax)} (VIGIL_EDGE_SPOOL_BYTES_MAX)`,
          "make room, or lower the setting: webhooks are answered 503 when the disk is full",
        ),
      );
    return `${bytesText(room)} are free`;
  });
}

/** The folder, or the one that it would be made in. */
function nearest(folder: string): string {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}
