/**
 * A pull that goes on for ever: whenever it ends (connection broken, consumer deleted, broker silent), the
 * consumer is prepared again and a new pull is started.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { Msg } from "nats";
import type { Bus } from "./connection.ts";
import { busError } from "./errors.ts";
import { type Pull, startPull } from "./pull.ts";

export interface KeptPullOptions {
  /** For the log: "events consumer", "audit index". */
  what: string;
  windowMessages: number;
  requestExpiresMs: number;
  /** Makes sure that the consumer exists and says its name. Called before each new pull. */
  prepare(): Promise<{ stream: string; consumer: string }>;
  /** `pull.release()` is to be called when the message is done with. */
  onMessage(message: Msg, pull: Pick<Pull, "release">): void;
}

export interface KeptPull {
  /** A pull runs and the broker answers it. */
  healthy(): boolean;
  /** Ends the present pull and begins again with `prepare`. */
  restart(reason: string): void;
  /** Delivers what the broker has sent already, then ends. Idempotent. */
  stop(): Promise<void>;
}

/** Waits between attempts to prepare a consumer, ms; the last one is repeated. */
const BACKOFF_MS = [100, 250, 500, 1_000, 2_000];

export function keepPull(bus: Bus, options: KeptPullOptions): KeptPull {
  return new Keeper(bus, options);
}

class Keeper implements KeptPull {
  readonly #bus: Bus;
  readonly #options: KeptPullOptions;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #pull: Pull | undefined;
  #endPull: (reason: string) => void = () => undefined;
  #failures = 0;

  constructor(bus: Bus, options: KeptPullOptions) {
    this.#bus = bus;
    this.#options = options;
    const status = bus.onStatus((connected) => {
      if (!connected) this.#endPull("the connection to NATS broke");
    });
    this.#loop = this.#run().finally(status.stop);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await connected(this.#bus, signal);
        if (signal.aborted) return;
        const reason = await this.#pullOnce();
        if (!signal.aborted)
          this.#bus.logger.warn({ what: this.#options.what, reason }, "pull ended, starting again");
      } catch (thrown) {
        await this.#failed(thrown);
      }
    }
  }

  /** Resolves with the reason for which the pull ended. */
  async #pullOnce(): Promise<string> {
    const { stream, consumer } = await this.#options.prepare();
    if (this.#stopping.signal.aborted) return "stopping";
    const connection = this.#bus.connection();
    const ended = Promise.withResolvers<string>();
    this.#endPull = ended.resolve;
    const pull = startPull({
      connection,
      inbox: () => this.#bus.inbox(),
      stream,
      consumer,
      windowMessages: this.#options.windowMessages,
      requestExpiresMs: this.#options.requestExpiresMs,
      onMessage: (message) => this.#options.onMessage(message, pull),
      onLost: ended.resolve,
    });
    this.#pull = pull;
    this.#failures = 0;
    const reason = await ended.promise;
    this.#pull = undefined;
    if (this.#stopping.signal.aborted) await pull.stop();
    else pull.abandon();
    return reason;
  }

  async #failed(thrown: unknown): Promise<void> {
    const error = busError(this.#options.what, thrown);
    const waitMs = BACKOFF_MS[Math.min(this.#failures++, BACKOFF_MS.length - 1)]!;
    const fields = { what: this.#options.what, problem: error.message, retryMs: waitMs };
    if (this.#bus.status().connected)
      this.#bus.logger.error(fields, "consumer could not be prepared, retrying");
    await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  healthy(): boolean {
    return this.#pull?.healthy() === true && this.#bus.status().connected;
  }

  restart(reason: string): void {
    this.#endPull(reason);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endPull("stopping");
    await this.#loop;
  }
}

/** Resolves when the bus is connected, or when the signal is aborted. */
function connected(bus: Bus, signal: AbortSignal): Promise<void> {
  if (bus.status().connected || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      listening.stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const listening = bus.onStatus((up) => up && done());
    signal.addEventListener("abort", done);
  });
}
