/** Answers that are made while they are sent. */

import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { VigilError } from "@vigil/core";

export interface JsonStreamLimits {
  /** Answers of this kind at a time in one process; each may hold what it is made from in memory. */
  atOnceMax: number;
  /** For one answer, ms: who reads more slowly is cut off. */
  msMax: number;
}

/** Streams of one kind, as many at a time as the limits allow. */
export class JsonStreams {
  readonly #name: string;
  readonly #limits: JsonStreamLimits;
  #open = 0;

  /** @param name of what they hold, for errors */
  constructor(name: string, limits: JsonStreamLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /**
   * The pieces as a stream: the next one is made when the receiver has room for it.
   *
   * @param pieces texts of one JSON value, each small enough to be made without others having to wait
   * @throws VigilError unavailable when too many are being sent; clients of Watcher repeat a 503 by themselves
   */
  start(pieces: Iterable<string>): Readable {
    const { atOnceMax, msMax } = this.#limits;
    if (this.#open >= atOnceMax) {
      throw new VigilError(
        "unavailable",
        `${this.#open} answers with the ${this.#name} are being sent by this process, the limit is ${atOnceMax}. Repeat the request when one of them has ended.`,
      );
    }
    this.#open += 1;
    const stream = Readable.from(breathing(pieces), { objectMode: false });
    const timer = setTimeout(() => stream.destroy(this.#tooSlow()), msMax);
    stream.once("close", () => {
      clearTimeout(timer);
      this.#open -= 1;
    });
    return stream;
  }

  #tooSlow(): VigilError {
    return new VigilError(
      "deadline",
      `the answer with the ${this.#name} was not taken within ${this.#limits.msMax} ms`,
    );
  }
}

/** Lets others have their turn between two pieces; a receiver that is always ready would leave them none. */
async function* breathing(pieces: Iterable<string>): AsyncGenerator<string, void> {
  for (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
}
