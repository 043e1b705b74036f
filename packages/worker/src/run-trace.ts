/**
 * The spans of one attempt at a run: one for all of it, and one for each of its stages. It is below the first of its
 * events, so that the trace of an alarm goes on to its plan; to the other events it has links. A run without events (of a
 * ONESHOT or CONTINUOUS audit) begins a trace.
 */

import type { Lease__Output } from "@vigil/proto";
import {
  ATTRIBUTE,
  type Context,
  linksTo,
  NO_TRACE,
  type OpenSpan,
  openSpan,
  SpanClock,
  SpanStatusCode,
  trace,
  traceOf,
  traceParentOf,
} from "@vigil/tracing";
import type { ThreadTimes } from "./compute-task.ts";
import type { StageClock } from "./metrics.ts";

const tracer = trace.getTracer("@vigil/worker");

export class RunTrace implements StageClock {
  readonly #counted: StageClock;
  readonly #clock = new SpanClock();
  readonly #run: OpenSpan;
  #stageSinceMs = performance.now();
  #threadTimes: ThreadTimes = {};

  /** @param counted is told of the stages as well */
  constructor(lease: Lease__Output, counted: StageClock) {
    const [parent = NO_TRACE, ...others] = lease.traceParents.map(traceOf);
    const attributes = {
      [ATTRIBUTE.runId]: lease.runId,
      [ATTRIBUTE.auditUuid]: lease.auditUuid,
      [ATTRIBUTE.goal]: lease.goalName,
      [ATTRIBUTE.strategy]: lease.strategyName || undefined,
      [ATTRIBUTE.runAttempt]: lease.attempt,
      [ATTRIBUTE.runAlone]: lease.alone,
      [ATTRIBUTE.eventCount]: lease.eventIds.length,
    };
    this.#counted = counted;
    this.#run = openSpan(tracer, "run", { attributes, links: linksTo(others) }, parent);
  }

  /** Below which calls for the run belong. */
  get context(): Context {
    return this.#run.context;
  }

  /** Below which what comes of the run belongs. */
  get traceParent(): string {
    return traceParentOf(this.#run.context);
  }

  /** What the thread itself measured of the computing. */
  threadTook(times: ThreadTimes): void {
    this.#threadTimes = times;
  }

  end(stage: Parameters<StageClock["end"]>[0]): void {
    this.#counted.end(stage);
    const [sinceMs, nowMs] = [this.#stageSinceMs, performance.now()];
    this.#stageSinceMs = nowMs;
    // Its call to state has a span.
    if (stage === "complete" || !this.#run.span.isRecording()) return;
    const attributes = stage === "compute" ? threadAttributes(this.#threadTimes) : {};
    const startTime = this.#clock.at(sinceMs);
    tracer.startSpan(stage, { startTime, attributes }, this.#run.context).end(this.#clock.at(nowMs));
  }

  /** The run has a plan: whose strategy's, and of which model. */
  computed(strategyName: string, modelHash: string, actions: number): void {
    this.#run.span.setAttributes({
      [ATTRIBUTE.strategy]: strategyName,
      [ATTRIBUTE.modelHash]: modelHash,
      [ATTRIBUTE.planActions]: actions,
    });
  }

  /** State has stored it. @param uuid empty: it was not wanted any more */
  stored(uuid: string): void {
    if (uuid !== "") this.#run.span.setAttribute(ATTRIBUTE.planUuid, uuid);
  }

  /** The run came to no plan. */
  failed(kind: string): void {
    this.#run.span.setAttribute(ATTRIBUTE.errorType, kind);
    this.#run.span.setStatus({ code: SpanStatusCode.ERROR, message: kind });
  }

  ended(outcome: string): void {
    this.#run.span.setAttribute(ATTRIBUTE.runOutcome, outcome);
    this.#run.span.end();
  }
}

function threadAttributes(times: ThreadTimes): Record<string, number> {
  return Object.fromEntries(
    Object.entries(times).map(([stage, ms]) => [`${ATTRIBUTE.threadMs}.${stage}`, ms]),
  );
}
