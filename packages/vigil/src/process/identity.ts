/** Who a process is in the list of processes, and what it runs on. */

import { randomUUID } from "node:crypto";
import { availableParallelism, totalmem } from "node:os";
import type { ProcessIdentity } from "@vigil/service";
import { VERSION } from "../cli/version.ts";
import type { Config } from "../config/settings.ts";

const MIB = 1_048_576;

/** Memory that this process may use: of the machine, or less where a service manager or a container says so, MiB. */
export function memoryMiB(): number {
  // 0: no limit; without control groups a number beyond any machine.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.floor(Math.min(totalmem(), limit) / MIB);
}

export function processIdentity({ hostName }: Config): ProcessIdentity {
  const startedAtMs = Date.now() - process.uptime() * 1_000;
  const facts = { pid: process.pid, node: process.versions.node, cores: availableParallelism() };
  return {
    instance: randomUUID(),
    host: hostName,
    version: VERSION,
    startedAt: new Date(startedAtMs).toISOString(),
    facts: { ...facts, memoryMiB: memoryMiB() },
  };
}
