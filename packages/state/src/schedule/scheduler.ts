/**
 * What happens by the clock and not because somebody called: runs of CONTINUOUS audits, plans that expire, runs whose
 * blocking plan has gone. Every state process does it; rows are claimed by their locks, so there is no leader.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { EventMode } from "@vigil/core";
import type { Logger } from "@vigil/service";
import { autoCommit, inTransaction } from "../database/transaction.ts";
import { unblockLeftovers } from "../runs/blocked.ts";
import { supersedeExpired } from "./expiry.ts";
import { forgetLaterTimes } from "./later-clock.ts";
import { Repeated } from "./repeated.ts";
import { scheduleAudits } from "./schedule-audits.ts";

/** Looks for CONTINUOUS audits, ms: their times are whole seconds. */
const LOOK_EVERY_MS = 1_000;

/** Looks for what should not be, ms: runs that wait for a plan that is over, times counted by a clock set back since. */
const LEFTOVERS_EVERY_MS = 30_000;

/** Rows in one transaction, so that none holds its locks for long. */
const AUDITS_PER_LOOK = 256;
const PLANS_PER_BATCH = 1_000;

/** Seconds between looks for expired plans, as in Watcher. */
const DEFAULT_CHECK_PERIODIC_INTERVAL_S = 1_800;

/** Hours, as in Watcher. */
const DEFAULT_ACTION_PLAN_EXPIRY_HOURS = 24;

export interface SchedulerOptions {
  eventMode: EventMode;
  /** Seconds between looks for expired plans. */
  checkPeriodicIntervalS?: number;
  /** Age at which a plan that nobody started is SUPERSEDED; 0: never. */
  actionPlanExpiryHours?: number;
}

export interface SchedulerParts {
  orm: MikroORM;
  logger: Logger;
  options: SchedulerOptions;
  /** Called after each commit that left rows in the outbox. */
  notifyCommitted(): void;
  /** Called after each commit that made a run due. */
  wakeWorkers(): void;
}

export interface Scheduler {
  start(): void;
  /** Looks at once for CONTINUOUS audits and for runs that wait: an audit may have been created or changed. */
  lookSoon(): void;
  stop(): Promise<void>;
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const { logger, options } = parts;
  const {
    checkPeriodicIntervalS = DEFAULT_CHECK_PERIODIC_INTERVAL_S,
    actionPlanExpiryHours = DEFAULT_ACTION_PLAN_EXPIRY_HOURS,
  } = options;
  const looks = new Repeated({
    everyMs: LOOK_EVERY_MS,
    logger,
    what: "look for CONTINUOUS audits to run",
    work: () => lookAtAudits(parts),
  });
  const leftovers = new Repeated({
    everyMs: LEFTOVERS_EVERY_MS,
    logger,
    what: "look for runs that wait for no plan",
    work: async () => {
      if (await unblockLeftovers(autoCommit(parts.orm))) parts.wakeWorkers();
    },
  });
  const laterTimes = new Repeated({
    everyMs: LEFTOVERS_EVERY_MS,
    logger,
    what: "look for CONTINUOUS audits whose next run was counted by a clock that was set back",
    work: async () => {
      const audits = await forgetLaterTimes(autoCommit(parts.orm));
      if (audits > 0)
        logger.warn({ audits }, "the database's clock was set back: next runs are counted anew");
    },
  });
  const expiry = new Repeated({
    everyMs: checkPeriodicIntervalS * 1_000,
    logger,
    what: "look for expired action plans",
    work: () => expirePlans(parts, actionPlanExpiryHours),
  });
  const always = [looks, leftovers, laterTimes];
  const all = actionPlanExpiryHours === 0 ? always : [...always, expiry];
  return {
    start: () => {
      for (const one of all) one.start();
    },
    lookSoon: () => {
      looks.soon();
      leftovers.soon();
    },
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}

async function lookAtAudits({ orm, options, notifyCommitted, wakeWorkers }: SchedulerParts): Promise<void> {
  for (;;) {
    const { looked, due } = await inTransaction(orm, (sql) =>
      scheduleAudits(sql, AUDITS_PER_LOOK, options.eventMode),
    );
    if (looked > 0) notifyCommitted();
    if (due) wakeWorkers();
    if (looked < AUDITS_PER_LOOK) return;
  }
}

async function expirePlans({ orm, logger, notifyCommitted }: SchedulerParts, hours: number): Promise<void> {
  for (;;) {
    const superseded = await supersedeExpired(autoCommit(orm), hours, PLANS_PER_BATCH);
    if (superseded > 0) {
      logger.info({ plans: superseded, hours }, "action plans expired that nobody started: SUPERSEDED");
      notifyCommitted();
    }
    if (superseded < PLANS_PER_BATCH) return;
  }
}
