import type { TopologyOptions } from "@vigil/bus";
import type { Options } from "@vigil/core";
import type { Role } from "@vigil/service";
import { startWorker } from "@vigil/worker";
import { connectObservedState } from "./observed-state.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export async function startWorkerRole(
  { config, loggerOf, metrics, bus, stateTls }: RoleSurroundings,
  stateAddress: string,
  strategyOptions: Options,
  topology: TopologyOptions,
): Promise<Role> {
  const state = connectObservedState({ address: stateAddress, tls: stateTls }, "worker", metrics);
  const worker = await startWorker({
    bus,
    state,
    logger: loggerOf("worker"),
    metrics,
    host: config.hostName,
    threads: config.workerThreads,
    runTimeMaxMs: config.runTimeMaxMs,
    heapMaxMiB: config.runHeapMaxMib,
    strategyOptions,
    topology,
  });
  return {
    name: "worker",
    readiness: () => worker.readiness(),
    stop: async () => {
      await worker.stop();
      state.close();
    },
  };
}
