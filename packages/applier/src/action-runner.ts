/** Takes one action from its pre-condition to its end: the order of writes and effects that survives a crash. */

import { type ActionState, isJsonObject, type JsonObject, VigilError } from "@vigil/core";
import type { PlanAction__Output } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { Context } from "@vigil/tracing";
import { type ActionContext, type BoundAction, CANCELLED, failed, type Outcome } from "./actions/executor.ts";
import type { Clock } from "./clock.ts";
import type { HeldLease } from "./held-lease.ts";
import { inActionSpan } from "./plan-trace.ts";
import type { PlanWriter } from "./plan-writer.ts";

export interface ActionRunnerOptions {
  held: HeldLease;
  writer: PlanWriter;
  clock: Clock;
  logger: Logger;
  /** Aborted when the plan is being cancelled. */
  cancelling: AbortSignal;
  /** Whether nothing begins any more: cancelled, or the applier stops. */
  isHalted(): boolean;
  /** State says that the plan is being cancelled. */
  onCancelling(): void;
}

/** An action that was begun, with the intent that was written then. */
interface BegunAction {
  action: PlanAction__Output;
  bound: BoundAction;
  intent: JsonObject;
  trace: Context;
}

type Abort = NonNullable<BoundAction["abort"]>;

export class ActionRunner {
  readonly #options: ActionRunnerOptions;

  constructor(options: ActionRunnerOptions) {
    this.#options = options;
  }

  /**
   * The final state; undefined when the action was not begun because nothing begins any more.
   * @throws the reason of the lease's signal, when the plan is lost or given up
   */
  run(action: PlanAction__Output, bound: BoundAction, parent: Context): Promise<ActionState | undefined> {
    return inActionSpan(action, parent, (trace) => this.#run(action, bound, trace));
  }

  async #run(
    action: PlanAction__Output,
    bound: BoundAction,
    trace: Context,
  ): Promise<ActionState | undefined> {
    if (action.state !== "PENDING") return this.#takeOver(action, bound, trace);
    const intent = await this.#precondition(action, bound, trace);
    if (typeof intent === "string") return intent;
    const { writer, isHalted, onCancelling } = this.#options;
    if (isHalted()) return undefined;
    const { verdict, state } = await writer.begin(action.uuid, intent, trace);
    if (verdict === "DONE") return state as ActionState;
    if (verdict !== "GO") {
      onCancelling();
      return undefined;
    }
    // From here on the action is ONGOING and gets an end, whatever comes.
    const outcome = this.#options.cancelling.aborted
      ? CANCELLED
      : await this.#perform({ action, bound, intent, trace }, (context) => bound.execute(intent, context));
    return this.#end(action, bound, outcome, trace);
  }

  async #takeOver(action: PlanAction__Output, bound: BoundAction, trace: Context): Promise<ActionState> {
    const intent = intentOf(action);
    const { cancelling, logger } = this.#options;
    logger.info({ action: action.uuid, type: action.actionType }, "going on with an action that was begun");
    const begun = { action, bound, intent, trace };
    const outcome =
      cancelling.aborted && bound.abort !== undefined
        ? await this.#abort(begun, bound.abort)
        : await this.#perform(begun, (context) => bound.takeOver(intent, context, !cancelling.aborted));
    return this.#end(action, bound, outcome, trace);
  }

  /** The intent, or the state that the action ends in without having begun. */
  async #precondition(
    action: PlanAction__Output,
    bound: BoundAction,
    trace: Context,
  ): Promise<JsonObject | ActionState> {
    const { writer, held } = this.#options;
    const verdict = await bound.preCondition(this.#context(held.signal)).catch((thrown: unknown) => {
      held.check();
      return { what: "fail" as const, reason: reasonOf(thrown) };
    });
    switch (verdict.what) {
      case "go":
        return verdict.intent;
      case "skip":
        await writer.end(
          action.uuid,
          "SKIPPED",
          `Action was skipped automatically: ${verdict.reason}`,
          trace,
        );
        return "SKIPPED";
      case "fail":
        await writer.end(action.uuid, "FAILED", `Action failed in pre_condition: ${verdict.reason}`, trace);
        return "FAILED";
    }
  }

  /** Executes, and aborts when the plan is cancelled meanwhile and the action can be. */
  async #perform(
    begun: BegunAction,
    execute: (context: ActionContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { held, cancelling } = this.#options;
    const { abort } = begun.bound;
    const signal = abort === undefined ? held.signal : AbortSignal.any([held.signal, cancelling]);
    try {
      return await execute(this.#context(signal));
    } catch (thrown) {
      held.check();
      if (signal.aborted && abort !== undefined) return this.#abort(begun, abort);
      // Cancelled before its first write was taken: nothing has happened.
      return thrown === cancelling.reason ? CANCELLED : failed(reasonOf(thrown));
    }
  }

  /** State hears of it before the cloud does: users see CANCELLING as long as the abort takes. */
  async #abort({ action, intent, trace }: BegunAction, abort: Abort): Promise<Outcome> {
    const { held, writer } = this.#options;
    await writer.abort(action.uuid, trace);
    try {
      return await abort(intent, this.#context(held.signal));
    } catch (thrown) {
      held.check();
      return failed(reasonOf(thrown));
    }
  }

  async #end(
    action: PlanAction__Output,
    bound: BoundAction,
    outcome: Outcome,
    trace: Context,
  ): Promise<ActionState> {
    const ended = afterPostCondition(bound, outcome);
    const message =
      ended.state === "FAILED" && ended.reason !== undefined ? `Action failed in ${ended.reason}` : "";
    await this.#options.writer.end(action.uuid, ended.state, message, trace);
    return ended.state;
  }

  #context(signal: AbortSignal): ActionContext {
    const { held, clock, cancelling } = this.#options;
    return {
      clock,
      signal,
      cancelling,
      effect: async (call) => {
        signal.throwIfAborted();
        held.check();
        return call();
      },
    };
  }
}

/** Its post-condition may fail an action; the message of one that has failed before is kept. */
function afterPostCondition(bound: BoundAction, outcome: Outcome): Outcome {
  const reason =
    outcome.state === "FAILED" && outcome.reason !== undefined ? `execute: ${outcome.reason}` : undefined;
  const before: Outcome = outcome.state === "FAILED" ? { state: "FAILED", reason } : outcome;
  if (outcome.state === "CANCELLED") return outcome;
  try {
    bound.postCondition?.();
    return before;
  } catch (thrown) {
    return { state: "FAILED", reason: reason ?? `post_condition: ${reasonOf(thrown)}` };
  }
}

/** Watcher's rule: the text of an error of our own, the class of a foreign one. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof VigilError) return thrown.message;
  return thrown instanceof Error ? thrown.constructor.name : String(thrown);
}

function intentOf({ intentJson }: PlanAction__Output): JsonObject {
  const parsed: unknown = intentJson === "" ? {} : JSON.parse(intentJson);
  return isJsonObject(parsed) ? parsed : {};
}
