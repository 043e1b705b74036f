import type { TopologyOptions } from "@vigil/bus";
import type { Options } from "@vigil/core";
import { connectState } from "@vigil/proto";
import type { Role } from "@vigil/service";
import { startWorker } from "@vigil/worker";
import type { RoleSurroundings } from "./surroundings.ts";

export async function startWorkerRole(
  { config, loggerOf, metrics, bus, stateTls }: RoleSurroundings,
  stateAddress: string,
  strategyOptions: Options,
  topology: TopologyOptions,
): Promise<Role> {
  const state = connectState({ address: stateAddress, tls: stateTls });
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
