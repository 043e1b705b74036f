import type { Bus } from "@vigil/bus";
import type { TlsMaterial } from "@vigil/core";
import type { Logger, Metrics, ProcessIdentity, RoleName } from "@vigil/service";
import type { Config } from "../config/settings.ts";

/** What every role of a process is wired to. */
export interface RoleSurroundings {
  config: Config;
  loggerOf(role: RoleName): Logger;
  /** One for all roles of the process, as their page is. */
  metrics: Metrics;
  /** Who this process is, in the list of processes. */
  identity: ProcessIdentity;
  /** One connection for all roles of the process. */
  bus: Bus;
  /** This process's certificate between roles, and whose it believes; undefined: plain gRPC. */
  stateTls: TlsMaterial | undefined;
}
