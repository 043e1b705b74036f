import { startApplier } from "@vigil/applier";
import type { ExecutionRule } from "@vigil/core";
import type { Role } from "@vigil/service";
import { connectObservedState } from "./observed-state.ts";
import type { RoleSurroundings } from "./surroundings.ts";

export function startApplierRole(
  { config, loggerOf, metrics, bus, stateTls }: RoleSurroundings,
  stateAddress: string,
  executionRules: ReadonlyMap<string, ExecutionRule>,
): Role {
  const state = connectObservedState({ address: stateAddress, tls: stateTls }, "applier", metrics);
  const applier = startApplier({
    bus,
    state,
    logger: loggerOf("applier"),
    metrics,
    host: config.hostName,
    // No client of Nova, Cinder or Ironic is part of this release: plans that need one fail and say so.
    cloud: {},
    plansMax: config.applierPlansMax,
    actionsMax: config.applierActionsMax,
    executionRules,
  });
  return {
    name: "applier",
    readiness: () => applier.readiness(),
    stop: async () => {
      await applier.stop();
      state.close();
    },
  };
}
