/**
 * Executes one run: snapshot, computing in a thread, result to state. Ends in one of: the result is
 * written, the run was taken away (its signal), or it is to be handed back.
 */

import { setTimeout as delay } from "node:timers/promises";
import { isJsonObject, type JsonObject, VigilError } from "@vigil/core";
import type { CompleteRequest, CompleteResponse__Output, RunFailure, StateClient } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { type AbortReason, type ActiveRun, refOf } from "./active-runs.ts";
import type { Computer, ComputeTask } from "./compute-task.ts";
import type { RunCounts } from "./metrics.ts";
import { runFailure } from "./run-failure.ts";
import { type AbortedRun, outcomeName, type RunOutcome } from "./run-outcome.ts";
import { RunTrace } from "./run-trace.ts";
import type { Snapshots } from "./snapshots.ts";

export interface RunExecutorOptions {
  workerId: string;
  state: StateClient;
  snapshots: Snapshots;
  pool: Computer;
  /** Computes runs that are suspects, each in a process of its own. */
  alone: Computer;
  /** The operator's options of strategies and planners, as core's `optionsJson` writes them. */
  options: JsonObject;
  counts: RunCounts;
  logger: Logger;
}

/** Pauses between attempts to write a result, ms; the last one is repeated while the lease is trusted. */
const RETRY_MS = [50, 200, 500, 1_000];

/** Event ids in each line about a run: a flooded audit has as many as fill a disk. The ledger has them all. */
const EVENTS_LOGGED_MAX = 20;

/** What the worker hears of a run. */
export interface RunListener {
  /** It goes on without a place of its own, since others wait. */
  onLong(): void;
  /** It needs no thread any more; its computing time where it came to a plan, ms. */
  onComputed(computeMs: number | undefined): void;
}

export class RunExecutor {
  readonly #options: RunExecutorOptions;
  readonly #optionsJson: string;

  constructor(options: RunExecutorOptions) {
    this.#options = options;
    this.#optionsJson = JSON.stringify(options.options);
  }

  /** Never throws. */
  async execute(run: ActiveRun, listener: RunListener): Promise<RunOutcome> {
    const { lease, signal } = run;
    const startedMs = performance.now();
    const logger = this.#options.logger.child({
      run: lease.runId,
      audit: lease.auditUuid,
      events: lease.eventIds.slice(0, EVENTS_LOGGED_MAX),
    });
    const stages = new RunTrace(lease, this.#options.counts.clock());
    let strategy = lease.strategyName;
    let outcome: RunOutcome;
    try {
      const result = await this.#result(run, stages, listener);
      strategy = result.plan?.strategyName ?? strategy;
      signal.throwIfAborted();
      run.phase = "finishing";
      listener.onComputed(result.plan?.computeMs === undefined ? undefined : Number(result.plan.computeMs));
      outcome = await this.#complete(run, result, stages, logger);
      stages.end("complete");
    } catch (thrown) {
      outcome = signal.aborted ? aborted(signal) : { what: "refused" };
      if (!signal.aborted) logger.error({ err: thrown }, "run ended without a result");
    }
    const ms = Math.round(performance.now() - startedMs);
    this.#options.counts.ended(strategy, outcome);
    stages.ended(outcomeName(outcome));
    const alone = lease.alone ? { alone: true } : {};
    logger.info({ ...outcome, ...alone, attempt: lease.attempt, ms }, "run ended");
    return outcome;
  }

  /** The plan or the failure; throws only when the signal is aborted. */
  async #result(
    run: ActiveRun,
    stages: RunTrace,
    { onLong }: RunListener,
  ): Promise<Pick<CompleteRequest, "plan" | "failure">> {
    const { snapshots, options, counts } = this.#options;
    const computer = run.lease.alone ? this.#options.alone : this.#options.pool;
    let phase: "snapshot" | "computing" = "snapshot";
    try {
      const { hash, snapshot } = await unlessAborted(snapshots.newest(), run.signal);
      phase = "computing";
      stages.end("snapshot");
      const task = computeTask(run, snapshot, options);
      const onStart = () => {
        run.phase = "computing";
        stages.end("wait");
      };
      const { threadTimes = {}, ...solution } = await computer.compute(task, run.signal, onStart, onLong);
      stages.threadTook(threadTimes);
      stages.end("compute");
      counts.computed(solution.strategyName ?? "none", Number(solution.computeMs ?? 0));
      stages.computed(solution.strategyName ?? "", hash, solution.actions?.length ?? 0);
      const { traceParent } = stages;
      return { plan: { ...solution, snapshotHash: hash, optionsJson: this.#optionsJson, traceParent } };
    } catch (thrown) {
      run.signal.throwIfAborted();
      const failure: RunFailure = runFailure(thrown, phase);
      this.#options.logger.warn(
        { run: run.lease.runId, audit: run.lease.auditUuid, phase, ...failure },
        "run failed",
      );
      stages.end(phase === "snapshot" ? "snapshot" : "compute");
      stages.failed(failure.kind ?? "internal");
      return { failure };
    }
  }

  /** Repeats the call while the answer is not known and the lease is trusted; state knows repetitions. */
  async #complete(
    run: ActiveRun,
    result: Pick<CompleteRequest, "plan" | "failure">,
    stages: RunTrace,
    logger: Logger,
  ): Promise<RunOutcome> {
    const { workerId, state } = this.#options;
    const request: CompleteRequest = { workerId, ...refOf(run), ...result };
    for (let attempt = 0; ; attempt++) {
      if (performance.now() >= run.trustedUntilMs) return { what: "aborted", reason: "expired" };
      try {
        const answer: CompleteResponse__Output = await state.runs.complete(request, stages.context);
        const { outcome, actionPlanUuid } = answer;
        stages.stored(actionPlanUuid);
        logger.debug({ outcome, plan: actionPlanUuid }, "result written");
        return { what: "completed", outcome };
      } catch (thrown) {
        const error = VigilError.from(thrown);
        if (isUnstorable(error) && request.failure === undefined) {
          logger.error({ err: error }, "state can't store the plan, recording a failure instead");
          return this.#complete(
            run,
            { failure: { kind: error.kind, message: error.message, retryable: false } },
            stages,
            logger,
          );
        }
        if (!isOpen(error)) return this.#refused(error, logger);
        logger.warn({ problem: error.message, attempt }, "result could not be written yet");
      }
      const pauseMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
      await delay(pauseMs, undefined, { signal: run.signal }).catch(() => undefined);
      if (run.signal.aborted) return aborted(run.signal);
    }
  }

  #refused(error: VigilError, logger: Logger): RunOutcome {
    const text = "state refused the result; if the lease was lost, the run is somebody else's now";
    logger.warn({ kind: error.kind, problem: error.message }, text);
    return { what: "refused" };
  }
}

/** True when the call may or may not have taken effect, or state had no room for it. */
function isOpen({ kind }: VigilError): boolean {
  return kind === "unavailable" || kind === "deadline" || kind === "overloaded" || kind === "conflict";
}

/** The plan itself is at fault: without a failure the run would be tried until its attempts are used up. */
function isUnstorable({ kind }: VigilError): boolean {
  return kind === "invalid-input" || kind === "internal";
}

function aborted(signal: AbortSignal): AbortedRun {
  return { what: "aborted", reason: signal.reason as AbortReason };
}

/** @throws VigilError internal when the lease's JSON can't be read */
function computeTask({ lease }: ActiveRun, snapshot: SharedArrayBuffer, options: JsonObject): ComputeTask {
  const parameters: unknown = JSON.parse(lease.parametersJson || "{}");
  const scope: unknown = JSON.parse(lease.scopeJson || "[]");
  const history: unknown = JSON.parse(lease.historyJson || "{}");
  if (!isJsonObject(parameters) || !Array.isArray(scope) || !isJsonObject(history)) {
    throw new VigilError(
      "internal",
      `parameters, scope or history of audit ${lease.auditUuid} have the wrong form`,
    );
  }
  return {
    snapshot,
    goalName: lease.goalName,
    strategyName: lease.strategyName,
    parameters,
    scope,
    auditType: lease.auditType,
    seed: lease.seed,
    options,
    history,
  };
}

/** The promise's result, or the signal's reason if that comes first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    // In any case: a rejection that nobody hears ends the process.
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
