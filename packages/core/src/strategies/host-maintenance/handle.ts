/** What host_maintenance does with one instance: a table of its state and the parameters. */
import type { HostMaintenanceParameters } from "./parameters.ts";

export type Handling =
  | { do: "live" | "cold" | "stop" }
  /** It stays on the closed host; the reason is told. */
  | { do: "nothing"; reason: string };

type Allowed = Pick<HostMaintenanceParameters, "disable_live_migration" | "disable_cold_migration">;

/**
 * @param state vm_state. Only active, paused and stopped instances can be migrated; paused ones only live
 *   and, as a cold migration would lose their memory, never cold.
 * @param parity as the reference
 */
export function handle(state: string, allowed: Allowed, parity = false): Handling {
  const { disable_live_migration: noLive, disable_cold_migration: noCold } = allowed;
  // To Watcher all that is not active is cold, paused and failed ones too.
  switch (parity && state !== "active" ? "stopped" : state) {
    case "active":
      if (!noLive) return { do: "live" };
      return { do: noCold ? "stop" : "cold" };
    case "paused":
      return noLive ? { do: "nothing", reason: "paused, and live migration is disabled" } : { do: "live" };
    case "stopped":
      return noCold ? { do: "nothing", reason: `${state}, and cold migration is disabled` } : { do: "cold" };
    default:
      return { do: "nothing", reason: "its state can't be migrated" };
  }
}
