import type { Bus } from "@vigil/bus";
import type { Logger, RoleName } from "@vigil/service";
import type { Config } from "../config/settings.ts";

/** What every role of a process is wired to. */
export interface RoleSurroundings {
  config: Config;
  loggerOf(role: RoleName): Logger;
  /** One connection for all roles of the process. */
  bus: Bus;
}
