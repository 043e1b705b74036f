/** PlanService on PostgreSQL: what appliers write, under the locks of their plans. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type LeaseSample, VigilError } from "@vigil/core";
import type { PlanLease, PlanServiceImpl } from "@vigil/proto";
import { type Logger, Metrics } from "@vigil/service";
import type { Context } from "@vigil/tracing";
import { inTransaction, type Sql } from "../database/transaction.ts";
import { inTransactionSpans, type Traced } from "../database/transaction-spans.ts";
import { StateCounts } from "../metrics/counts.ts";
import { Batcher } from "../runs/batcher.ts";
import { BATCHES_MAX, isItemsFault, lockWait } from "../runs/batches.ts";
import { checkClaimId } from "../runs/inputs.ts";
import { LeaseSweeper } from "../runs/lease-sweeper.ts";
import { DEFAULT_LEASE_MS, HEARTBEATS_PER_LEASE } from "../runs/run-service.ts";
import { type ActionStep, type Stepped, stepActions } from "./action-steps.ts";
import { claimPlan, type PlanClaim, type PlanLeaseTerms, plansClaimedBefore } from "./claim.ts";
import { endPlan } from "./end-plan.ts";
import { checkAbort, checkApplierId, checkBegin, checkEnd, checkEndPlan, checkPlanLeases } from "./inputs.ts";
import { expire, heartbeat, livePlanLeases, release } from "./leases.ts";

/** Plans handed out in one claim; an applier with room for more asks again. */
const CLAIM_PLANS_MAX = 16;

/** A claim that holds so many actions takes no further plan: its answer is some 6 MiB by then. */
const CLAIM_ACTIONS_ENOUGH = 20_000;

/** Begins, aborts and ends that share a transaction: enough to share its cost, few enough to answer soon. */
const STEPS_PER_BATCH = 64;

/**
 * News of actions are gathered for so long, ms: a relay that publishes after each of a thousand short transactions
 * takes as much of the process and the database as they do.
 */
const STEP_NEWS_MS = 50;

export interface PlanServiceParts {
  orm: MikroORM;
  logger: Logger;
  options: {
    /** Time without a heartbeat after which a plan goes to another applier, ms. */
    leaseMs?: number;
  };
  /** Called after each commit that left rows in the outbox. */
  notifyCommitted(): void;
  /** Called after each commit that made a run due. */
  wakeWorkers(): void;
  /** Called after each commit that left a plan without an applier. */
  wakeAppliers(): void;
  /** Default: nobody looks at them. */
  counts?: StateCounts;
}

export interface PlanService extends PlanServiceImpl {
  start(): void;
  stop(): Promise<void>;
}

export function createPlanService(parts: PlanServiceParts): PlanService {
  const { orm, logger, counts = new StateCounts(new Metrics()) } = parts;
  const leaseMs = parts.options.leaseMs ?? DEFAULT_LEASE_MS;
  const terms: PlanLeaseTerms = { leaseMs, heartbeatMs: Math.floor(leaseMs / HEARTBEATS_PER_LEASE) };

  /** Tells the relay what a committed transaction left; a lost call is made good by its slow poll. */
  async function committed<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const result = await inTransaction(orm, work);
    parts.notifyCommitted();
    return result;
  }

  let news: NodeJS.Timeout | undefined;
  function tellSoon(): void {
    news ??= setTimeout(() => {
      news = undefined;
      parts.notifyCommitted();
    }, STEP_NEWS_MS);
  }

  async function runSteps(batch: readonly (ActionStep & Traced)[]): Promise<Stepped[]> {
    const answers = await inTransactionSpans(batch, () =>
      inTransaction(orm, (sql) => stepActions(sql, batch), lockWait(batch)),
    );
    tellSoon();
    return answers;
  }

  const steps = new Batcher<ActionStep & Traced, Stepped>({
    itemsMax: STEPS_PER_BATCH,
    batchesMax: BATCHES_MAX,
    keyOf: ({ actionUuid }) => actionUuid,
    groupOf: ({ planUuid }) => planUuid,
    isItemsFault,
    run: runSteps,
  });

  async function step(input: ActionStep, trace: Context | undefined) {
    const answer = await steps.call({ ...input, trace });
    if (answer instanceof VigilError) throw answer;
    return answer;
  }

  async function expireLeases(dead: LeaseSample[]): Promise<string[]> {
    const { freed, ended, due } = await committed((sql) => expire(sql, dead));
    for (const { uuid, end } of ended) {
      logger.error({ plan: uuid, reason: end.statusMessage }, "an action plan was given up");
    }
    if (freed.length > 0) parts.wakeAppliers();
    if (due) parts.wakeWorkers();
    return [...freed, ...ended.map(({ uuid }) => uuid)];
  }

  /** The first transaction also finds what the same question has brought before. */
  async function claimUpTo(max: number, asked: PlanClaim): Promise<PlanLease[]> {
    const plans = await committed(async (sql) => {
      const before = await plansClaimedBefore(sql, asked, terms);
      return before.length > 0 ? before : listOf(await claimPlan(sql, asked, terms));
    });
    const actionsIn = (leases: readonly PlanLease[]) =>
      leases.reduce((sum, { actions }) => sum + (actions?.length ?? 0), 0);
    while (plans.length > 0 && plans.length < max && actionsIn(plans) < CLAIM_ACTIONS_ENOUGH) {
      const next = await committed((sql) => claimPlan(sql, asked, terms)).catch(() => undefined);
      // What a look before has leased must reach the applier.
      if (next === undefined) break;
      plans.push(next);
    }
    return plans;
  }

  const live = () => livePlanLeases(orm);
  const sweeper = new LeaseSweeper({ kind: "plan", leaseMs, logger, live, expire: expireLeases, counts });

  return {
    async claimPlans(request) {
      const applierId = checkApplierId(request.applierId);
      if (request.maxPlans < 1) {
        throw new VigilError("invalid-input", "max_plans is 0; claim only when there is room for a plan");
      }
      const asked = { applierId, claimId: checkClaimId(request.claimId) };
      return { plans: await claimUpTo(Math.min(request.maxPlans, CLAIM_PLANS_MAX), asked) };
    },

    async heartbeatPlans(request) {
      const applierId = checkApplierId(request.applierId);
      const beats = await heartbeat(orm, applierId, checkPlanLeases(request.leases));
      return {
        lostPlanUuids: beats.lost,
        cancellingPlanUuids: beats.cancelling,
        unmovedPlanUuids: beats.unmoved,
      };
    },

    async beginAction(request, trace) {
      return step(checkBegin(request), trace);
    },

    async abortAction(request, trace) {
      await step(checkAbort(request), trace);
      return {};
    },

    async endAction(request, trace) {
      await step(checkEnd(request), trace);
      return {};
    },

    async endPlan(request, trace) {
      const input = checkEndPlan(request);
      const { state, due } = await inTransactionSpans([{ trace }], () =>
        committed((sql) => endPlan(sql, input)),
      );
      if (due) parts.wakeWorkers();
      return { state };
    },

    async releasePlans(request) {
      const applierId = checkApplierId(request.applierId);
      const leases = checkPlanLeases(request.leases);
      if (await inTransaction(orm, (sql) => release(sql, applierId, leases))) parts.wakeAppliers();
      return {};
    },

    start: () => sweeper.start(),
    async stop() {
      await sweeper.stop();
      // What it would have told of is published by another process or after the next start.
      clearTimeout(news);
    },
  };
}

function listOf<T>(item: T | undefined): T[] {
  return item === undefined ? [] : [item];
}
