import type { TlsMaterial } from "@vigil/core";
import { type StateRole, startState } from "@vigil/state";
import type { RoleSurroundings } from "./surroundings.ts";

export function startStateRole(
  { config, identity, loggerOf, metrics, bus, stateTls }: RoleSurroundings,
  databaseUrl: string,
  databaseTls: TlsMaterial | undefined,
): Promise<StateRole> {
  return startState({
    databaseUrl,
    databaseTls,
    tls: stateTls,
    bus,
    logger: loggerOf("state"),
    metrics,
    host: config.stateHost,
    port: config.statePort,
    eventMode: config.eventMode,
    leaseMs: config.leaseMs,
    maxAttempts: config.runAttemptsMax,
    continuousMaxFailures: config.continuousMaxFailures,
    actionPlanExpiryHours: config.actionPlanExpiryHours,
    checkPeriodicIntervalS: config.checkPeriodicIntervalS,
    pool: config.databaseConnections,
    topology: { replicas: config.natsReplicas },
    snapshotKeepDays: config.snapshotKeepDays,
    takeBrokerFrom: config.takeBrokerFrom,
    identity,
  });
}
