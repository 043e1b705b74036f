import type { Logger } from "./logger.ts";

/** How long a role may take to finish or hand back its work before the process ends anyway. */
const GRACE_MS_DEFAULT = 15_000;
/** After everything was stopped nothing should hold the process; what still does is named, then cut off. */
const LINGER_MS_MAX = 500;
/**
 * Signals this close together are one: a terminal's Ctrl-C reaches every process of the group, and npm, make or
 * Vigil's own starter pass on theirs.
 */
const SAME_SIGNAL_MS = 300;
const SIGNALS = ["SIGTERM", "SIGINT"] as const;
/** Shells report a process ended by a signal as 128 + its number. */
const SIGNAL_EXIT_STATUS = { SIGTERM: 143, SIGINT: 130 };

export interface StopSignalOptions {
  /** Stops everything the process does; called once. */
  stop(): Promise<void>;
  logger: Logger;
  /** Limit for `stop`. Default: 15 s. */
  graceMs?: number;
}

/**
 * The first SIGTERM or SIGINT stops gracefully and the process exits with status 0 (1 when stopping failed or
 * took longer than the grace limit); a second one ends it at once. Returns what removes the handlers.
 */
export function onStopSignals(options: StopSignalOptions): () => void {
  let stoppingSince: number | undefined;
  const receive = (signal: (typeof SIGNALS)[number]) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
      options.logger.warn({ signal }, "second signal: ending at once");
      process.exit(SIGNAL_EXIT_STATUS[signal]);
    }
    stoppingSince = performance.now();
    options.logger.info({ signal }, "stopping");
    void stopGracefully(options);
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}

async function stopGracefully({
  stop,
  logger,
  graceMs = GRACE_MS_DEFAULT,
}: StopSignalOptions): Promise<void> {
  const limit = setTimeout(() => {
    logger.error({ graceMs }, "not stopped within the grace limit: ending with work unfinished");
    process.exit(1);
  }, graceMs);
  try {
    await stop();
    logger.info("stopped");
    process.exitCode = 0;
  } catch (error) {
    logger.error({ err: error }, "stopping failed");
    process.exitCode = 1;
  }
  clearTimeout(limit);
  setTimeout(() => {
    logger.warn({ resources: process.getActiveResourcesInfo() }, "stopped, but something holds the process");
    process.exit();
  }, LINGER_MS_MAX).unref();
}
