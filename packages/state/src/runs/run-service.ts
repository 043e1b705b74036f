/** RunService on PostgreSQL: each call is one transaction under the lock of the audit's row. */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  DEFAULT_MAX_ATTEMPTS,
  type EventMode,
  type LeaseSample,
  type LifeOptions,
  VigilError,
} from "@vigil/core";
import type { RunServiceImpl } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { autoCommit, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { claim, heartbeat } from "./claim.ts";
import { type Completed, complete, expire, release } from "./complete.ts";
import { type Ingested, ingest } from "./ingest.ts";
import { checkComplete, checkEvent, checkLeases, checkWorkerId } from "./inputs.ts";
import { LeaseSweeper } from "./lease-sweeper.ts";
import type { LeaseTerms } from "./start-run.ts";

/** Time without a heartbeat after which a run goes to another worker. */
export const DEFAULT_LEASE_MS = 10_000;

/** Heartbeats per lease time: three may get lost before the lease does. */
export const HEARTBEATS_PER_LEASE = 4;

/** Runs handed out in one claim; bounds the locks that one transaction holds. */
export const CLAIM_RUNS_MAX = 64;

export interface RunServiceOptions {
  leaseMs?: number;
  maxAttempts?: number;
  eventMode: EventMode;
}

export interface RunServiceParts {
  orm: MikroORM;
  logger: Logger;
  options: RunServiceOptions;
  /** Called after each commit that left rows in the outbox. */
  notifyCommitted(): void;
  /** Called after each commit that made a run due. */
  wakeWorkers(): void;
}

export interface RunService extends RunServiceImpl {
  start(): void;
  stop(): Promise<void>;
}

export function createRunService(parts: RunServiceParts): RunService {
  const { orm, logger } = parts;
  const leaseMs = parts.options.leaseMs ?? DEFAULT_LEASE_MS;
  const eventMode = parts.options.eventMode;
  const terms: LeaseTerms = { leaseMs, heartbeatMs: Math.floor(leaseMs / HEARTBEATS_PER_LEASE), eventMode };
  const life: LifeOptions = { eventMode, maxAttempts: parts.options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS };

  /** Tells the others what a committed transaction made; a lost call is made good by their slow polls. */
  async function committed<T>(work: (sql: Sql) => Promise<T>, isDue: (result: T) => boolean): Promise<T> {
    const result = await inTransaction(orm, work);
    parts.notifyCommitted();
    if (isDue(result)) parts.wakeWorkers();
    return result;
  }

  async function expireLease(sample: LeaseSample): Promise<void> {
    await committed(
      (sql) => expire(sql, sample, life),
      (due) => due,
    );
  }

  const sweeper = new LeaseSweeper({ leaseMs, logger, live: () => liveLeases(orm), expire: expireLease });

  return {
    async ingest(request) {
      const worker = { id: checkWorkerId(request.workerId), canRun: request.canRun };
      const event = checkEvent(request.event);
      const result: Ingested = await committed(
        (sql) => ingest(sql, event, worker, terms),
        ({ due }) => due,
      );
      return { outcome: result.outcome, lease: result.lease ?? null };
    },

    async claim(request) {
      const workerId = checkWorkerId(request.workerId);
      const max = Math.min(request.maxRuns, CLAIM_RUNS_MAX);
      if (max < 1) throw new VigilError("invalid-input", "max_runs is 0; claim only when a slot is free");
      const leases = await committed(
        (sql) => claim(sql, workerId, max, terms),
        () => false,
      );
      return { leases };
    },

    async heartbeat(request) {
      const workerId = checkWorkerId(request.workerId);
      const lostRunIds = await heartbeat(autoCommit(orm), workerId, checkLeases(request.leases));
      return { lostRunIds };
    },

    async complete(request) {
      const input = checkComplete(request);
      const { outcome, actionPlanUuid }: Completed = await committed(
        (sql) => complete(sql, input, life),
        ({ due }) => due,
      );
      return { outcome, actionPlanUuid };
    },

    async release(request) {
      checkWorkerId(request.workerId);
      for (const lease of checkLeases(request.leases)) {
        await committed(
          (sql) => release(sql, lease, life),
          (due) => due,
        );
      }
      return {};
    },

    start: () => sweeper.start(),
    stop: () => sweeper.stop(),
  };
}

async function liveLeases(orm: MikroORM): Promise<LeaseSample[]> {
  const live = await rows<{ run_id: string; token: string; heartbeat: string }>(
    autoCommit(orm),
    `select run_id, token::text as token, heartbeat::text as heartbeat from run where state = 'LIVE'`,
    [],
  );
  return live.map((row) => ({
    runId: row.run_id,
    token: BigInt(row.token),
    heartbeat: BigInt(row.heartbeat),
  }));
}
