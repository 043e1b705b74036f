export { Claimer, type ClaimerOptions } from "./claimer.ts";
export {
  answerProbe,
  type HealthAnswer,
  type HealthServer,
  type HealthServerOptions,
  sendMetrics,
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
export {
  type CounterDefinition,
  counter,
  type GaugeDefinition,
  gauge,
  type HistogramDefinition,
  histogram,
  LONG_S,
  type MetricDefinition,
  QUICK_S,
} from "./metrics/definition.ts";
export type { BoundCounter, BoundHistogram } from "./metrics/instruments.ts";
export { Metrics, SERVICE_METRICS } from "./metrics/metrics.ts";
export { METRICS_PATH, MetricsPage } from "./metrics/page.ts";
export { type Presence, type ProcessIdentity, type ProcessReport, startPresence } from "./presence.ts";
export { type ReadinessPart, ROLE_NAMES, type Role, type RoleName } from "./role.ts";
export { onStopSignals, type StopSignalOptions } from "./stop-signals.ts";
export { within } from "./within.ts";
