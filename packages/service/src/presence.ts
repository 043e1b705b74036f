/** A process tells that it is there, so that an operator sees at one place who is, and of which release. */

import type { JsonObject } from "@vigil/core";
import { startHousekeeping } from "./housekeeping.ts";
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
  /** Wall clock, ms since 1970. */
  clockMs: number;
  factsJson: string;
  isLast: boolean;
}

export interface Presence {
  /** Says good-bye. Never throws, and does not wait for long. */
  stop(): Promise<void>;
}

/** For the last word: one that is lost costs an operator a question, and a stop must not take long, ms. */
const LAST_WORD_MS_MAX = 500;

/** Reports at once and then every minute; a report that fails is logged, and tried again with the next. */
export function startPresence(
  role: string,
  { facts, ...identity }: ProcessIdentity,
  report: (report: ProcessReport) => Promise<unknown>,
  logger: Logger,
): Presence {
  const send = (isLast: boolean) =>
    report({ role, ...identity, clockMs: Date.now(), factsJson: JSON.stringify(facts), isLast });
  const housekeeping = startHousekeeping([{ name: "presence", run: () => send(false) }], logger);
  return {
    stop: async () => {
      housekeeping.stop();
      await within(
        send(true).catch(() => undefined),
        LAST_WORD_MS_MAX,
      );
    },
  };
}
