/**
 * Asks the ledger about events of the journal that were published, and lets those go that it has. What it does not have
 * though workers have long been handed what was published then was lost by the broker (a store that was deleted, a power
 * failure before its flush): it is published again, which changes nothing should that be wrong.
 */

import { isJsonObject, type JsonValue, VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { ReadRecord, SpoolLog } from "./log.ts";
import type { PassedOver } from "./passed-over.ts";
import type { SpooledEvent } from "./record.ts";
import { DONE, FIRST_SECOND, type Mark, type Place, startOf } from "./segments.ts";

export interface ConfirmParts {
  log: SpoolLog;
  passedOver: PassedOver;
  logger: Logger;
  /** The ledger's answer to {eventIds}: {known, undeliveredForS}. @throws VigilError when nobody answers */
  askLedger(question: JsonValue): Promise<JsonValue>;
  /** Resolves when the stream has the event; false: it was passed over. @throws VigilError */
  publish(place: Place, spooled: SpooledEvent): Promise<boolean>;
  nowSecond(): Mark;
  times?: Partial<ConfirmTimes>;
}

export interface ConfirmTimes {
  everyMs: number;
  /** After the publication; the ledger has most events within a fraction of it. */
  askAfterS: number;
  /** After the publication; as long as workers are behind, by so much more. */
  publishAgainAfterS: number;
}

const TIMES: ConfirmTimes = { everyMs: 1_000, askAfterS: 2, publishAgainAfterS: 30 };
/** Events of one question. */
const BATCH_MAX = 1_000;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;
/** Published again at once. */
const IN_FLIGHT_MAX = 32;

export class Confirm {
  readonly #parts: ConfirmParts;
  readonly #times: ConfirmTimes;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #stopping = false;
  #problem = "";

  constructor(parts: ConfirmParts) {
    this.#parts = parts;
    this.#times = { ...TIMES, ...parts.times };
    this.#timer = setInterval(() => this.#start(), this.#times.everyMs).unref();
  }

  /** The stream was made anew: what the ledger does not have is to be published without waiting any longer. */
  suspectAll(): void {
    const { segments } = this.#parts.log;
    const isPublished = (mark: Mark) => mark >= FIRST_SECOND;
    let place = segments.find(isPublished);
    for (; place !== undefined; place = segments.find(isPublished, place)) segments.mark(place, FIRST_SECOND);
  }

  #start(): void {
    this.#running ??= this.#round()
      .catch((thrown: unknown) => this.#noteProblem(VigilError.from(thrown).message))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Oldest first, until the ledger lacks most of a question: what follows is younger. */
  async #round(): Promise<void> {
    let after: Place | undefined;
    while (!this.#stopping) {
      const places = this.#due(after);
      if (places.length === 0) return;
      after = places.at(-1);
      const unknown = await this.#ask(places);
      this.#problem = "";
      if (unknown > places.length / 2) return;
    }
  }

  /** Records of one segment that were published long enough ago. */
  #due(after: Place | undefined): Place[] {
    const latest = this.#parts.nowSecond() - this.#times.askAfterS;
    const isDue = (mark: Mark) => mark >= FIRST_SECOND && mark <= latest;
    const places: Place[] = [];
    while (places.length < BATCH_MAX) {
      const place = this.#parts.log.segments.find(isDue, places.at(-1) ?? after);
      const first = places[0] ?? place;
      if (place === undefined || first === undefined || place.segment !== first.segment) break;
      if (place !== first && place.segment.ends[place.index]! - startOf(first) > BATCH_BYTES_MAX) break;
      places.push(place);
    }
    return places;
  }

  /** @returns how many the ledger does not have */
  async #ask(places: Place[]): Promise<number> {
    const { log, askLedger } = this.#parts;
    const read = await log.read(places);
    const records = read.filter((record) => "spooled" in record);
    await this.#setAside(read.filter((record) => !("spooled" in record)));
    const eventIds = records.map(({ spooled }) => spooled.event.eventId);
    const { known, undeliveredForS } = readAnswer(await askLedger({ eventIds }));
    const unknown = records.filter(({ place, spooled }) => {
      if (!known.has(spooled.event.eventId)) return true;
      log.mark(place, DONE);
      return false;
    });
    await this.#publishAgain(unknown, undeliveredForS);
    return unknown.length;
  }

  /** Up to the first that is to be tried again by the next round. */
  async #setAside(records: ReadRecord[]): Promise<void> {
    const { log, passedOver } = this.#parts;
    for (const record of records) {
      try {
        if ("unreadable" in record) throw record.unreadable;
        await log.putAside(record.place);
      } catch (thrown) {
        if (!passedOver.failed(record.place, VigilError.from(thrown))) return;
      }
    }
  }

  /** @param undeliveredForS what was published later than that may still wait for a worker */
  async #publishAgain(
    unknown: { place: Place; spooled: SpooledEvent }[],
    undeliveredForS: number,
  ): Promise<void> {
    const { log, logger, nowSecond } = this.#parts;
    const latest = Math.max(FIRST_SECOND, nowSecond() - undeliveredForS - this.#times.publishAgainAfterS);
    const again = unknown.filter(({ place }) => place.segment.marks[place.index]! <= latest);
    for (let from = 0; from < again.length && !this.#stopping; from += IN_FLIGHT_MAX) {
      await Promise.all(
        again.slice(from, from + IN_FLIGHT_MAX).map(async ({ place, spooled }) => {
          if (await this.#parts.publish(place, spooled)) log.mark(place, nowSecond());
        }),
      );
    }
    if (again.length > 0) {
      logger.warn(
        { events: again.length },
        "the ledger does not have these events, they were published again",
      );
    }
  }

  #noteProblem(problem: string): void {
    if (problem !== this.#problem) {
      this.#parts.logger.warn({ problem }, "the journal can't be held against the ledger now; it is kept");
    }
    this.#problem = problem;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#running;
  }
}

interface LedgerAnswer {
  known: ReadonlySet<string>;
  /** An older state process does not say it: 0. */
  undeliveredForS: number;
}

function readAnswer(answer: JsonValue): LedgerAnswer {
  const { known, undeliveredForS } = isJsonObject(answer) ? answer : {};
  if (!Array.isArray(known)) throw new VigilError("internal", "the ledger's answer names no known events");
  return {
    known: new Set(known.filter((id) => typeof id === "string")),
    undeliveredForS: typeof undeliveredForS === "number" ? undeliveredForS : 0,
  };
}
