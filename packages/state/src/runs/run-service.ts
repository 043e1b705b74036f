/** RunService on PostgreSQL: calls that come together share one transaction under the locks of their audits. */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  DEFAULT_CONTINUOUS_MAX_FAILURES,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_MAX_LOST_LEASES,
  type EventMode,
  type LeaseSample,
  type LifeOptions,
  VigilError,
} from "@vigil/core";
import type { Lease, RunServiceImpl } from "@vigil/proto";
import { type Logger, Metrics } from "@vigil/service";
import {
  autoCommit,
  inTransaction,
  rows,
  type Sql,
  type TransactionLimits,
} from "../database/transaction.ts";
import { inTransactionSpans } from "../database/transaction-spans.ts";
import { StateCounts } from "../metrics/counts.ts";
import { Batcher } from "./batcher.ts";
import { BATCHES_MAX, isItemsFault, lockWait } from "./batches.ts";
import { type Claim, type Claimed, claim, claimedBefore, heartbeat } from "./claim.ts";
import { type Completed, completeAll, expire, release } from "./complete.ts";
import { type Ingest, type Ingested, ingestAll } from "./ingest.ts";
import {
  type CompleteInput,
  checkClaimId,
  checkComplete,
  checkEvents,
  checkLeases,
  checkWorkerId,
} from "./inputs.ts";
import type { LeaseTerms } from "./lease.ts";
import { LeaseSweeper } from "./lease-sweeper.ts";

/** Time without a heartbeat after which a run goes to another worker. */
export const DEFAULT_LEASE_MS = 10_000;

/** Heartbeats per lease time: three may get lost before the lease does. */
export const HEARTBEATS_PER_LEASE = 4;

/** Runs handed out in one claim; bounds the locks that one transaction holds. */
export const CLAIM_RUNS_MAX = 64;

/**
 * Transactions in one claim at most. Runs that have to wait for a plan are found out by being claimed, and a worker that
 * gets fewer than it asked for takes it that there are no more: without further looks, those behind would wait for polls.
 */
const CLAIM_ROUNDS_MAX = 64;

/** Wait for a row in a further look, ms: the leases that were had before grow old meanwhile. */
const CLAIM_ROUND_LOCK_WAIT_MS = 500;

/** Calls that share a transaction: enough to share its cost, few enough to answer soon. */
const INGESTS_PER_BATCH = 64;
const COMPLETES_PER_BATCH = 64;

/** Actions of the plans in one transaction: some 40 ms of the database's time. */
const ACTIONS_PER_BATCH = 1_000;

/**
 * Bodies of the events in one transaction, bytes; in a statement they take three times as much memory. Each event counts
 * as the least at least, so that a transaction has 256 of them at most, some 40 ms of the database's time.
 */
const BODY_BYTES_PER_BATCH = 4 * 1024 * 1024;
const EVENT_BYTES_MIN = 16 * 1024;

export interface RunServiceOptions {
  leaseMs?: number;
  maxAttempts?: number;
  /** Failed runs in a row after which a CONTINUOUS audit is FAILED. */
  continuousMaxFailures?: number;
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
  /** Called after each commit that gave a plan to appliers. */
  wakeAppliers(): void;
  /** Default: nobody looks at them. */
  counts?: StateCounts;
}

export interface RunService extends RunServiceImpl {
  start(): void;
  stop(): Promise<void>;
}

export function createRunService(parts: RunServiceParts): RunService {
  const { orm, logger, counts = new StateCounts(new Metrics()) } = parts;
  const leaseMs = parts.options.leaseMs ?? DEFAULT_LEASE_MS;
  const life = lifeOptions(parts.options);
  const { eventMode } = life;
  const terms: LeaseTerms = { leaseMs, heartbeatMs: Math.floor(leaseMs / HEARTBEATS_PER_LEASE), eventMode };

  /** Tells the others what a committed transaction made; a lost call is made good by their slow polls. */
  async function committed<T>(
    work: (sql: Sql) => Promise<T>,
    isDue: (result: T) => boolean,
    limits: TransactionLimits = {},
  ): Promise<T> {
    const result = await inTransaction(orm, work, limits);
    parts.notifyCommitted();
    if (isDue(result)) parts.wakeWorkers();
    return result;
  }

  const ingests = new Batcher<Ingest, Ingested>({
    itemsMax: INGESTS_PER_BATCH,
    batchesMax: BATCHES_MAX,
    keyOf: ({ events: [first] }) => first!.auditUuid || `ident ${first!.auditIdent}`,
    weightOf: ({ events }) =>
      events.reduce((bytes, { body }) => bytes + Math.max(body.length, EVENT_BYTES_MIN), 0),
    weightMax: BODY_BYTES_PER_BATCH,
    isItemsFault,
    run: (batch) =>
      inTransactionSpans(batch, () =>
        committed(
          (sql) => ingestAll(sql, batch, terms),
          (answers) => answers.some(({ due }) => due),
          lockWait(batch),
        ),
      ),
  });

  const completes = new Batcher<CompleteInput, Completed>({
    itemsMax: COMPLETES_PER_BATCH,
    batchesMax: BATCHES_MAX,
    weightOf: ({ plan }) => plan?.actions.length ?? 0,
    weightMax: ACTIONS_PER_BATCH,
    keyOf: ({ runId }) => runId,
    isItemsFault,
    run: async (batch) => {
      const { answers, launched } = await inTransactionSpans(batch, () =>
        committed(
          (sql) => completeAll(sql, batch, life),
          ({ due }) => due,
          lockWait(batch),
        ),
      );
      if (launched) parts.wakeAppliers();
      return answers;
    },
  });

  async function claimRounds(asked: Claim): Promise<Lease[]> {
    const begunMs = performance.now();
    const leases: Lease[] = [];
    for (let round = 0; round < CLAIM_ROUNDS_MAX && leases.length < asked.max; round++) {
      const rest = { ...asked, max: asked.max - leases.length };
      const claimed = await claimOnce(rest, round).catch((thrown: unknown) => {
        // What a look before has leased must reach the worker.
        if (leases.length === 0) throw thrown;
        return { leases: [], putAside: 0 };
      });
      leases.push(...claimed.leases);
      if (claimed.putAside === 0 || performance.now() - begunMs > terms.heartbeatMs) break;
    }
    return leases;
  }

  const claimOnce = (asked: Claim, round: number): Promise<Claimed> =>
    committed(
      async (sql) => {
        const before = round === 0 ? await claimedBefore(sql, asked, terms) : [];
        return before.length > 0 ? { leases: before, putAside: 0 } : claim(sql, asked, terms);
      },
      () => false,
      round === 0 ? {} : { lockTimeoutMs: CLAIM_ROUND_LOCK_WAIT_MS },
    );

  async function expireLeases(dead: LeaseSample[]): Promise<string[]> {
    const { runIds } = await committed(
      (sql) => expire(sql, dead, life),
      ({ due }) => due,
    );
    return runIds;
  }

  const sweeper = new LeaseSweeper({
    kind: "run",
    leaseMs,
    logger,
    live: () => liveLeases(orm),
    expire: expireLeases,
    counts,
  });

  return {
    async ingest(request, trace) {
      const workerId = checkWorkerId(request.workerId);
      const events = checkEvents(request);
      const { outcomes, lease } = await ingests.call({ events, workerId, canRun: request.canRun, trace });
      counts.ingested(outcomes);
      const [outcome, ...moreOutcomes] = outcomes;
      return { outcome, lease: lease ?? null, moreOutcomes };
    },

    async claim(request) {
      const workerId = checkWorkerId(request.workerId);
      const max = Math.min(request.maxRuns, CLAIM_RUNS_MAX);
      if (max < 1) throw new VigilError("invalid-input", "max_runs is 0; claim only when a slot is free");
      const claimId = checkClaimId(request.claimId);
      return { leases: await claimRounds({ workerId, max, claimId }) };
    },

    async heartbeat(request) {
      const workerId = checkWorkerId(request.workerId);
      const lostRunIds = await heartbeat(autoCommit(orm), workerId, checkLeases(request.leases));
      return { lostRunIds };
    },

    async complete(request, trace) {
      const answer = await completes.call({ ...checkComplete(request), trace });
      if (answer instanceof VigilError) throw answer;
      counts.completed(answer.outcome);
      return answer;
    },

    async release(request) {
      checkWorkerId(request.workerId);
      const leases = checkLeases(request.leases);
      await committed(
        (sql) => release(sql, leases, life),
        ({ due }) => due,
      );
      return {};
    },

    start: () => sweeper.start(),
    stop: () => sweeper.stop(),
  };
}

function lifeOptions({ eventMode, maxAttempts, continuousMaxFailures }: RunServiceOptions): LifeOptions {
  return {
    eventMode,
    maxAttempts: maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    maxLostLeases: DEFAULT_MAX_LOST_LEASES,
    continuousMaxFailures: continuousMaxFailures ?? DEFAULT_CONTINUOUS_MAX_FAILURES,
  };
}

async function liveLeases(orm: MikroORM): Promise<LeaseSample[]> {
  const live = await rows<{ run_id: string; token: string; heartbeat: string }>(
    autoCommit(orm),
    `select run_id, token::text as token, heartbeat::text as heartbeat from run where state = 'LIVE'`,
    [],
  );
  return live.map((row) => ({
    id: row.run_id,
    token: BigInt(row.token),
    heartbeat: BigInt(row.heartbeat),
  }));
}
