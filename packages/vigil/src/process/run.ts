import { setTimeout as sleep } from "node:timers/promises";
import { VigilError } from "@vigil/core";
import { createLogger, type Logger, onStopSignals } from "@vigil/service";
import { VERSION } from "../cli/version.ts";
import type { LoadedConfig } from "../config/load.ts";
import { nicenessOf, standBack } from "./niceness.ts";
import { type Parts, rolesOf, stopParts } from "./parts.ts";
import { type ProcessPlan, startParts } from "./start.ts";

const READY_POLL_MS = 50;
/** When a start takes longer than this, the log says what it waits for. */
const READY_PATIENCE_MS = 15_000;

/**
 * Runs roles until a signal ends them. Resolves when everything has stopped.
 *
 * @param onReady called once, when every part is ready
 * @throws VigilError what kept the process from starting, or ended it
 */
export async function runProcess(
  plan: ProcessPlan,
  { values: config }: LoadedConfig,
  env: NodeJS.ProcessEnv,
  onReady: (parts: Parts) => void = () => undefined,
): Promise<void> {
  const logger = createLogger({ role: roleName(plan), level: config.logLevel, version: VERSION });
  process.on("uncaughtExceptionMonitor", (error) => logger.fatal({ err: error }, "ended by a bug"));
  standBack(config.niceness ?? nicenessOf(plan.roles), logger);
  const parts: Parts = { roles: {}, servers: [] };
  const ended = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const starting = startParts(plan, config, env, logger, parts);

  const stop = async (reason?: VigilError) => {
    if (stopping.signal.aborted) return ended.promise;
    stopping.abort();
    await starting.catch(() => undefined);
    await stopParts(parts, logger).then(
      () => (reason ? ended.reject(reason) : ended.resolve()),
      (error: unknown) => ended.reject(reason ?? error),
    );
    return ended.promise;
  };
  onStopSignals({ logger, graceMs: config.drainDelayMs + config.stopGraceMs, stop: () => stop() });

  starting.then(
    () => watch(parts, logger, stopping.signal, onReady, stop),
    (error: unknown) => stop(VigilError.from(error)).catch(() => undefined),
  );
  await ended.promise;
}

/** What the process itself logs as: its only role, or the program. */
function roleName({ roles }: ProcessPlan): string {
  return roles.length === 1 && roles[0] ? roles[0] : "vigil";
}

function watch(
  parts: Parts,
  logger: Logger,
  stopping: AbortSignal,
  onReady: (parts: Parts) => void,
  stop: (reason: VigilError) => Promise<void>,
): void {
  for (const { name, server } of parts.servers) {
    void server.exited.then((how) => {
      if (stopping.aborted) return;
      const error = new VigilError(
        "unavailable",
        `${name} ended (${how}), and Vigil with it; start Vigil again`,
      );
      logger.fatal({ err: error }, "a server of our own ended");
      stop(error).catch(() => undefined);
    });
  }
  void awaitReady(parts, logger, stopping).then((ready) => {
    if (!ready) return;
    logger.info("ready");
    onReady(parts);
  });
}

/** True when every part is ready, false when the process stops first. */
async function awaitReady(parts: Parts, logger: Logger, stopping: AbortSignal): Promise<boolean> {
  const impatientAt = performance.now() + READY_PATIENCE_MS;
  let told = false;
  while (!stopping.aborted) {
    const missing = rolesOf(parts).flatMap((role) =>
      role.readiness().flatMap((part) => (part.ready ? [] : [`${role.name}: ${part.name} (${part.detail})`])),
    );
    if (missing.length === 0) return true;
    if (!told && performance.now() > impatientAt) {
      logger.warn({ missing }, "not ready yet");
      told = true;
    }
    await sleep(READY_POLL_MS, undefined, { ref: false });
  }
  return false;
}
