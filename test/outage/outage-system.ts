/** What the outages happen to: a system with all roles, a small model and an audit. */

import { syntheticCluster } from "@vigil/testkit";
import { afterEach } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import { type System, startSystem } from "../harness/system.ts";

export interface OutageSystem extends Roles {
  system: System;
  /** UUID of an EVENT audit. */
  audit: string;
}

interface Roles {
  state: RoleProcess;
  worker: RoleProcess;
  api: RoleProcess;
  edge: RoleProcess;
}

/** @param start of the roles, where they are not to be started in the common way */
export async function startOutageSystem(
  options: Parameters<typeof startSystem>[0] = {},
  start: (system: System) => Promise<Roles> = (system) => system.startAll(),
): Promise<OutageSystem> {
  const system = await startSystem(options);
  try {
    const roles = await start(system);
    await system.importModel(roles.api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
    return { ...roles, system, audit: await system.createAudit(roles.api) };
  } catch (thrown) {
    process.stderr.write(`${system.logs()}\n`);
    await system.stop();
    throw thrown;
  }
}

/** The logs of all processes, after a test that failed. */
export function showLogsOfFailures(system: () => System): void {
  afterEach((context) => {
    if (context.task.result?.state === "fail") process.stderr.write(`${system().logs()}\n`);
  });
}
