import { type StateRole, startState } from "@vigil/state";
import type { RoleSurroundings } from "./surroundings.ts";

export function startStateRole(
  { config, logger, bus }: RoleSurroundings,
  databaseUrl: string,
): Promise<StateRole> {
  return startState({
    databaseUrl,
    bus,
    logger: logger.child({ role: "state" }),
    host: config.stateHost,
    port: config.statePort,
    eventMode: config.eventMode,
    leaseMs: config.leaseMs,
  });
}
