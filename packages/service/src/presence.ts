/** A process tells that it is there, so that an operator sees at one place who is, and of which release. */

import { type JsonObject, VigilError } from "@vigil/core";
import type { Logger } from "./logger.ts";
import { within } from "./within.ts";

/** Who a process is; the same in all its reports. */
export interface ProcessIdentity {
  /** UUID, made at its start. */
  instance: string;
  host: string;
  version: string;
  /** ISO 8601. */
  startedAt: string;
  /** What it runs on: cores, memory, threads. */
  facts: JsonObject;
}

/** One report of one role, as the state service takes it. */
export interface ProcessReport extends Omit<ProcessIdentity, "facts"> {
  role: string;
  /** How far this process's wall clock is ahead of the database's, ms; 0 until an answer has told. */
  clockAheadMs: number;
  factsJson: string;
  isLast: boolean;
}

export interface Presence {
  /** Says good-bye. Never throws, and does not wait for long. */
  stop(): Promise<void>;
}

/** What state answers: the database's clock, ms since 1970, as decimal text; a release before leaves it out. */
interface ReportAnswer {
  clockMs?: string | number | undefined;
}

const EVERY_MS = 60_000;
/** After a report that failed, as the first does of a process that starts beside state. */
const AGAIN_MS = 5_000;
/** An answer that took longer says little about the clocks. */
const ROUND_TRIP_MS_MAX = 1_000;
/** For the last word: one that is lost costs an operator a question, and a stop must not take long, ms. */
const LAST_WORD_MS_MAX = 500;

/** Reports at once and then every minute; a report that fails is tried again soon, and logged once. */
export function startPresence(
  role: string,
  identity: ProcessIdentity,
  report: (report: ProcessReport) => Promise<ReportAnswer>,
  logger: Logger,
): Presence {
  const speaker = new Speaker(role, identity, report, logger);
  return { stop: () => speaker.stop() };
}

class Speaker {
  readonly #who: Omit<ProcessReport, "clockAheadMs" | "isLast">;
  readonly #report: (report: ProcessReport) => Promise<ReportAnswer>;
  readonly #logger: Logger;
  #clockAheadMs = 0;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    role: string,
    { facts, ...identity }: ProcessIdentity,
    report: (report: ProcessReport) => Promise<ReportAnswer>,
    logger: Logger,
  ) {
    this.#who = { role, ...identity, factsJson: JSON.stringify(facts) };
    this.#report = report;
    this.#logger = logger;
    void this.#speak();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const lastWord = this.#send(true).catch(() => undefined);
    await within(lastWord, LAST_WORD_MS_MAX);
  }

  async #speak(): Promise<void> {
    const isFirst = this.#clockAheadMs === 0;
    let pauseMs = AGAIN_MS;
    try {
      await this.#send(false);
      this.#problem = undefined;
      // What the first answer told of the clocks is not to wait for a minute.
      pauseMs = isFirst && this.#clockAheadMs !== 0 ? AGAIN_MS : EVERY_MS;
    } catch (thrown) {
      const { message } = VigilError.from(thrown);
      if (message !== this.#problem)
        this.#logger.warn({ problem: message }, "this process could not be reported, trying again");
      this.#problem = message;
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#speak(), pauseMs);
  }

  async #send(isLast: boolean): Promise<void> {
    const askedAtMs = Date.now();
    const begun = performance.now();
    const { clockMs } = await this.#report({ ...this.#who, clockAheadMs: this.#clockAheadMs, isLast });
    const tookMs = performance.now() - begun;
    if (clockMs === undefined || tookMs > ROUND_TRIP_MS_MAX) return;
    this.#clockAheadMs = Math.round(askedAtMs + tookMs / 2 - Number(clockMs));
  }
}
