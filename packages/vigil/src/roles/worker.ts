import type { Options } from "@vigil/core";
import { connectState } from "@vigil/proto";
import type { Role } from "@vigil/service";
import { startWorker } from "@vigil/worker";
import type { RoleSurroundings } from "./surroundings.ts";

export async function startWorkerRole(
  { config, loggerOf, bus }: RoleSurroundings,
  stateAddress: string,
  strategyOptions: Options,
): Promise<Role> {
  const state = connectState({ address: stateAddress });
  const worker = await startWorker({
    bus,
    state,
    logger: loggerOf("worker"),
    host: config.hostName,
    threads: config.workerThreads,
    runTimeMaxMs: config.runTimeMaxMs,
    heapMaxMiB: config.runHeapMaxMiB,
    strategyOptions,
    topology: { replicas: config.natsReplicas },
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
