/** Work that is done again and again while a process lives. */

import type { Logger } from "@vigil/service";

export interface RepeatedOptions {
  everyMs: number;
  logger: Logger;
  /** What the work is, for the log: "could not <what>". */
  what: string;
  work(): Promise<unknown>;
}

export class Repeated {
  readonly #options: RepeatedOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #isWantedSoon = false;
  #isStarted = false;

  constructor(options: RepeatedOptions) {
    this.#options = options;
  }

  /** The first time at once. */
  start(): void {
    this.#isStarted = true;
    this.#begin();
  }

  /** Once more without waiting for the time; asked for during the work, right after it. */
  soon(): void {
    if (!this.#isStarted) return;
    if (this.#working !== undefined) this.#isWantedSoon = true;
    else this.#begin();
  }

  /** Resolves when the work that is under way is done. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    await this.#working;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#isWantedSoon = false;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (!this.#isStarted) return;
      this.#timer = setTimeout(() => this.#begin(), this.#isWantedSoon ? 0 : this.#options.everyMs);
    });
  }

  async #work(): Promise<void> {
    const { work, logger, what, everyMs } = this.#options;
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error, againInMs: everyMs }, `could not ${what}; trying again`);
    }
  }
}
