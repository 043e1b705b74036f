/**
 * Executes one plan under its lease.
 *
 *   running     actions begin as the graph allows, at most so many at once
 *   cancelling  nothing begins; what can be aborted is CANCELLING and aborted, what can't is waited for; then the plan ends
 *   draining    the applier stops: nothing begins, what runs is waited for; then the plan is handed back
 *   lost        the lease may be another applier's: nothing is begun or written any more
 *
 * Invariants: an action is ONGOING in state before its first effect, and CANCELLING before its abort; no effect begins after the lease may have
 * lapsed; a failed or skipped action stops no other; the plan ends only when nothing of it runs here.
 */

import { ActionGraph, type ActionState, type ExecutionRule, type JsonValue, VigilError } from "@vigil/core";
import type { PlanAction__Output, PlanCalls } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { Context } from "@vigil/tracing";
import { ActionRunner } from "./action-runner.ts";
import { bindAction } from "./actions/bind.ts";
import type { BoundAction } from "./actions/executor.ts";
import type { Clock } from "./clock.ts";
import type { HeldLease } from "./held-lease.ts";
import type { ExecutionCounts } from "./metrics.ts";
import { inPlanSpan } from "./plan-trace.ts";
import { PlanWriter } from "./plan-writer.ts";
import type { CloudPorts } from "./ports.ts";

export interface PlanRunnerOptions {
  applierId: string;
  held: HeldLease;
  plans: PlanCalls;
  cloud: CloudPorts;
  clock: Clock;
  logger: Logger;
  /** Actions of the plan that run at once, at most; at least 1. */
  actionsMax: number;
  rule: ExecutionRule;
  counts: ExecutionCounts;
}

/** How the applier's part in a plan ended. */
export type PlanOutcome =
  | { what: "ended"; state: string }
  /** To be handed back: the applier stops. */
  | { what: "unfinished" }
  | { what: "lost"; reason: string };

export class PlanRunner {
  readonly #options: PlanRunnerOptions;
  readonly #writer: PlanWriter;
  readonly #actions: ActionRunner;
  readonly #cancelling = new AbortController();
  #draining = false;

  constructor(options: PlanRunnerOptions) {
    const { held, clock, logger } = options;
    this.#options = options;
    this.#writer = new PlanWriter(options);
    this.#actions = new ActionRunner({
      held,
      writer: this.#writer,
      clock,
      logger,
      cancelling: this.#cancelling.signal,
      isHalted: () => this.#draining || this.#cancelling.signal.aborted,
      onCancelling: () => this.cancel(),
    });
    if (held.lease.state === "CANCELLING") this.cancel();
  }

  /** A user cancels the plan. Idempotent. */
  cancel(): void {
    if (this.#cancelling.signal.aborted) return;
    this.#options.logger.info("the plan is being cancelled");
    this.#cancelling.abort(new VigilError("illegal-state", "the plan is being cancelled"));
  }

  /** The applier stops: nothing begins any more. */
  drain(): void {
    this.#draining = true;
  }

  /** Never throws. */
  run(): Promise<PlanOutcome> {
    return inPlanSpan(this.#options.held.lease, (trace) => this.#run(trace));
  }

  async #run(trace: Context): Promise<PlanOutcome> {
    const { held, logger } = this.#options;
    try {
      const graph = this.#prepare();
      if (typeof graph === "string") return await this.#end(graph, trace);
      await this.#runActions(graph, trace);
      if (held.isLost) held.check();
      const isCancelled = this.#cancelling.signal.aborted;
      if (this.#draining && !isCancelled && !graph.isDone) return { what: "unfinished" };
      return await this.#end("", trace);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      if (!held.isLost) logger.error({ err: thrown }, "the plan is given up by a bug");
      held.lose(error.message);
      return { what: "lost", reason: error.message };
    }
  }

  async #end(failure: string, trace: Context): Promise<PlanOutcome> {
    return { what: "ended", state: await this.#writer.endPlan(failure, trace) };
  }

  /** Everything that can be known to be wrong is found before anything is begun; the text says what it is. */
  #prepare(): ActionGraph | string {
    const { held, logger, rule } = this.#options;
    const { actions } = held.lease;
    try {
      const nodes = actions.map(({ state, parents }) => ({ state: state as ActionState, parents }));
      const graph = new ActionGraph(nodes, rule);
      // A plan that is being cancelled begins nothing: what it holds may be anything.
      const mustBind = (action: PlanAction__Output) =>
        isBegun(action) || (action.state === "PENDING" && !this.#cancelling.signal.aborted);
      // Only tried: what is bound of 100,000 actions would take some 100 MiB until they run.
      for (const action of actions) if (mustBind(action)) this.#bind(action);
      return graph;
    } catch (thrown) {
      const begun = actions.some(({ state }) => state !== "PENDING" && state !== "SKIPPED");
      const message = `${VigilError.from(thrown).message}${begun ? "" : ": no action was begun"}`;
      logger.warn({ problem: message }, "the plan can't be executed");
      return message;
    }
  }

  /** @throws VigilError invalid-input, illegal-state: as bindAction, and for input parameters that are no JSON */
  #bind(action: PlanAction__Output, logger = this.#options.logger): BoundAction {
    return bindAction(action.actionType, inputOf(action), this.#options.cloud, logger);
  }

  /** Resolves when nothing runs here and nothing more may begin. @throws what broke an action, when the others ended */
  async #runActions(graph: ActionGraph, trace: Context): Promise<void> {
    const { held, actionsMax } = this.#options;
    let running = 0;
    let broken: unknown;
    let changed = Promise.withResolvers<void>();
    const start = async (index: number) => {
      running++;
      try {
        await this.#runAction(index, graph, trace);
      } catch (thrown) {
        broken ??= thrown;
      }
      running--;
      changed.resolve();
    };
    for (;;) {
      const mayStart = broken === undefined && !this.#draining && !held.isLost;
      for (const index of mayStart ? graph.takeReady(actionsMax - running) : []) void start(index);
      if (running === 0) break;
      await changed.promise;
      changed = Promise.withResolvers();
    }
    if (broken !== undefined) throw broken;
  }

  async #runAction(index: number, graph: ActionGraph, trace: Context): Promise<void> {
    const action = this.#options.held.lease.actions[index];
    // While a plan is cancelled only what was begun is seen to its end; the graph hands that out first.
    const isLeft = this.#cancelling.signal.aborted && action !== undefined && !isBegun(action);
    if (action === undefined || isLeft) return;
    const bound = this.#bind(action, this.#options.logger.child({ action: action.uuid }));
    const run = this.#actions.run(action, bound, trace);
    const state = await this.#options.counts.action(action.actionType, run);
    if (state !== undefined) graph.finish(index, state);
  }
}

/** An applier before this one has written its intent. */
function isBegun({ state }: PlanAction__Output): boolean {
  return state === "ONGOING" || state === "CANCELLING";
}

/** @throws VigilError invalid-input when it is no JSON */
function inputOf({ uuid, inputParametersJson }: PlanAction__Output): JsonValue {
  try {
    return JSON.parse(inputParametersJson) as JsonValue;
  } catch (thrown) {
    const text = `Input parameters of action ${uuid} are no JSON; a JSON object is wanted`;
    throw new VigilError("invalid-input", text, { cause: thrown });
  }
}
