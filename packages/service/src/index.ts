export { Claimer, type ClaimerOptions } from "./claimer.ts";
export {
  answerProbe,
  type HealthAnswer,
  type HealthServer,
  type HealthServerOptions,
  startHealthServer,
} from "./health.ts";
export { type HousekeepingTask, startHousekeeping } from "./housekeeping.ts";
export {
  createLogger,
  LOG_LEVELS,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogMethod,
} from "./logger.ts";
export type { ReadinessPart, Role, RoleName } from "./role.ts";
export { onStopSignals, type StopSignalOptions } from "./stop-signals.ts";
export { within } from "./within.ts";
