/**
 * Places to compute in, first come first served. A run that computes for long while others wait gives its place to the
 * next and goes on in an extra one: so an endless loop holds up others once, and not until its time limit. Extra places
 * are bounded, or as many threads as there are such runs would share the processors.
 */

export interface PlacesOptions {
  /** At least 1. */
  places: number;
  /** Runs that may go on without a place of their own. */
  extraMax: number;
  /** How long a run keeps its place while others wait, ms. */
  longMs: number;
}

export interface Place {
  /** Idempotent. */
  leave(): void;
}

interface Holder {
  sinceMs: number;
  isExtra: boolean;
  onLong: (() => void) | undefined;
}

export class Places {
  readonly #options: PlacesOptions;
  readonly #waiting = new Set<() => void>();
  /** Those in places that are not extra, the longest first. */
  readonly #holders = new Set<Holder>();
  #free: number;
  #extra = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.#free = options.places;
  }

  /** Who waits for a place. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Who has a place, also an extra one. */
  get taken(): number {
    return this.#holders.size + this.#extra;
  }

  /**
   * Resolves when a place is the caller's, with the signal's reason as the error if that comes first.
   * @param onLong called when the place becomes an extra one
   */
  async take(signal: AbortSignal, onLong?: () => void): Promise<Place> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    const holder: Holder = { sinceMs: performance.now(), isExtra: false, onLong };
    this.#holders.add(holder);
    let isHeld = true;
    const leave = () => {
      if (!isHeld) return;
      isHeld = false;
      this.#leave(holder);
    };
    return { leave };
  }

  /** Resolves when a place was passed on to the caller. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        this.#waiting.delete(take);
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(take);
        reject(signal.reason);
      };
      this.#waiting.add(take);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#displace();
    });
  }

  #leave(holder: Holder): void {
    if (holder.isExtra) this.#extra--;
    else {
      this.#holders.delete(holder);
      this.#passOn();
    }
    this.#displace();
  }

  /** Hands a place to the first who waits, without a moment in which somebody else could take it. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next();
  }

  /** Takes places from those who have had them for long, as far as others wait; looks again when the next one has. */
  #displace(): void {
    clearTimeout(this.#timer);
    const { extraMax, longMs } = this.#options;
    while (this.#waiting.size > 0 && this.#extra < extraMax) {
      const [longest] = this.#holders;
      if (longest === undefined) return;
      const leftMs = longest.sinceMs + longMs - performance.now();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#displace(), leftMs).unref();
        return;
      }
      this.#holders.delete(longest);
      longest.isExtra = true;
      this.#extra++;
      this.#passOn();
      longest.onLong?.();
    }
  }
}
