import type { JsonObject, TlsMaterial } from "@vigil/core";
import { connectState } from "@vigil/proto";
import {
  type Logger,
  type Presence,
  type ProcessIdentity,
  type RoleName,
  startPresence,
} from "@vigil/service";
import type { Config } from "../config/settings.ts";

/** Roles that tell state that they are there. State writes its own report; an edge has no way to state. */
const REPORTING: readonly RoleName[] = ["api", "worker", "applier"];

interface PresenceOptions {
  roles: readonly RoleName[];
  identity: ProcessIdentity;
  config: Config;
  stateAddress: string;
  stateTls: TlsMaterial | undefined;
  logger: Logger;
}

/** Has the roles of this process listed, over a connection of its own: it is nobody's part, and stops with the process. */
export function tellPresence(options: PresenceOptions): Presence {
  const reporting = options.roles.filter((role) => REPORTING.includes(role));
  if (reporting.length === 0) return { stop: async () => undefined };
  const { identity, config, logger } = options;
  const state = connectState({ address: options.stateAddress, tls: options.stateTls });
  const told = reporting.map((role) => {
    const own = { ...identity, facts: { ...identity.facts, ...factsOf(role, config) } };
    return startPresence(role, own, (report) => state.system.reportProcess(report), logger);
  });
  return {
    stop: async () => {
      await Promise.all(told.map((presence) => presence.stop()));
      state.close();
    },
  };
}

/** What an operator compares with the machine. */
function factsOf(role: RoleName, config: Config): JsonObject {
  return role === "worker" ? { threads: config.workerThreads, heapMiB: config.runHeapMaxMib } : {};
}
