import { keystoneDown } from "./session.ts";

/** Lets a bounded number of calls run; a bounded number of others waits in order of arrival. */
export class ConcurrencyGate {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  /** @throws VigilError unavailable when too many wait already; else what `call` throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#running < this.#runningMax) this.#running += 1;
    else await this.#turn();
    try {
      return await call();
    } finally {
      // The slot goes to the next in line without becoming free: nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw keystoneDown(`${this.#waitingMax} validations wait already`, false);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
