/**
 * What the disk does not give back: records, and at the start whole segments, that can't be read or put where they
 * belong. After some tries they are passed over, so that what waits behind them goes on; they stay where they are, are
 * told of, and are tried again when the rest is done, and at the next start.
 */

import type { VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { SpoolLog } from "./log.ts";
import { PASSED_OVER, type Place, type Segment, startOf, WAITING } from "./segments.ts";

/**
 * Tries of one place, with the drain's pauses between them: 1.6 s, in which a path to storage may come back. The other
 * places of that segment get one try each: a segment has some thousand records, and a pause for each would hold up
 * those behind it for hours.
 */
const TRIES_MAX = 5;
/** Between tries of what was passed over: a mount that is back, a disk with room again, ms. */
const TRY_AGAIN_EVERY_MS = 60_000;

export interface PassedOverOptions {
  log: SpoolLog;
  logger: Logger;
  /** Default one minute. */
  tryAgainEveryMs?: number;
}

export class PassedOver {
  readonly #log: SpoolLog;
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #failures = new WeakMap<Segment, number>();
  #lastTryMs = performance.now();
  /** The last that failed again: the next try begins behind it, so that each gets its turn. */
  #after: Place | undefined;

  constructor({ log, logger, tryAgainEveryMs = TRY_AGAIN_EVERY_MS }: PassedOverOptions) {
    this.#log = log;
    this.#logger = logger;
    this.#everyMs = tryAgainEveryMs;
  }

  /**
   * A record could not be read or put aside.
   * @returns whether it is passed over now; false: it is to be tried again
   */
  failed(place: Place, error: VigilError): boolean {
    const { segment, index } = place;
    const failures = (this.#failures.get(segment) ?? 0) + 1;
    this.#failures.set(segment, failures);
    if (failures < TRIES_MAX) return false;
    this.#log.mark(place, PASSED_OVER);
    if (failures === TRIES_MAX) {
      const start = startOf(place);
      this.#logger.error(
        { segment: segment.name, start, bytes: segment.ends[index]! - start, reason: error.message },
        "an accepted event can't be got out of the spool and is passed over: it stays there and is tried again later, what waits behind it goes on; look at the disk. More of this segment are counted in /readyz",
      );
    }
    return true;
  }

  /** For /readyz; undefined: nothing was passed over. */
  get detail(): string | undefined {
    const { segments, unreadableSegments } = this.#log;
    const parts = [
      ...(segments.passedOver > 0 ? [`${segments.passedOver} events`] : []),
      ...(unreadableSegments.length > 0 ? [`the segments ${unreadableSegments.join(", ")}`] : []),
    ];
    if (parts.length === 0) return undefined;
    return `the disk does not give back ${parts.join(" and ")}: kept, and tried again every ${this.#everyMs / 1_000} s`;
  }

  /**
   * To be called when nothing else waits. Ends at the first that fails again: a dying disk may take many seconds for
   * each.
   * @returns whether records wait again
   */
  async tryAgain(): Promise<boolean> {
    const { segments, unreadableSegments } = this.#log;
    if (segments.passedOver === 0 && unreadableSegments.length === 0) return false;
    if (performance.now() - this.#lastTryMs < this.#everyMs) return false;
    let back = await this.#log.recoverUnreadable();
    for (let left = segments.passedOver; left > 0; left--) {
      const place = this.#next();
      const [record] = place === undefined ? [] : await this.#log.read([place]);
      if (place === undefined || record === undefined || "unreadable" in record) {
        this.#after = place;
        break;
      }
      this.#log.mark(place, WAITING);
      back++;
    }
    this.#lastTryMs = performance.now();
    if (back > 0)
      this.#logger.warn({ events: back }, "the spool's disk gives events back; they are published");
    return back > 0;
  }

  #next(): Place | undefined {
    const { segments } = this.#log;
    const isPassedOver = (mark: number) => mark === PASSED_OVER;
    return segments.find(isPassedOver, this.#after) ?? segments.find(isPassedOver);
  }

  /** At the end of the process: what is left to the next start. */
  tellWhatIsLeft(): void {
    const { detail } = this;
    if (detail !== undefined)
      this.#logger.error({ detail }, "events of the spool are left for the next start");
  }
}
