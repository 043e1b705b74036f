/**
 * Shares one call among all who ask for it, without giving anyone an answer that is older than his
 * question: who asks while a call is under way waits for the next one, which starts when that one ends.
 */
export class FreshFlight<T> {
  readonly #call: () => Promise<T>;
  #current: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(call: () => Promise<T>) {
    this.#call = call;
  }

  /** The result of a call that begins at or after now. Errors of the call reach all who share it. */
  run(): Promise<T> {
    if (this.#current === undefined) return this.#start();
    this.#next ??= this.#current.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const flight = this.#call().finally(() => {
      if (this.#current === flight) this.#current = undefined;
    });
    this.#current = flight;
    return flight;
  }
}
