/**
 * What an applier writes of a plan. Each call is repeated while it is not known whether state has taken it and the
 * lease is held: state knows repetitions. A call that state refuses means that the plan is somebody else's.
 */

import { type ActionState, type JsonObject, statusMessageOf, VigilError } from "@vigil/core";
import type { BeginActionResponse__Output, PlanCalls } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { Context } from "@vigil/tracing";
import type { Clock } from "./clock.ts";
import type { HeldLease } from "./held-lease.ts";

export interface PlanWriterOptions {
  applierId: string;
  held: HeldLease;
  plans: PlanCalls;
  clock: Clock;
  logger: Logger;
}

/** Pauses between attempts, ms; the last one is repeated. */
const RETRY_MS = [50, 200, 500, 1_000];

export class PlanWriter {
  readonly #options: PlanWriterOptions;

  constructor(options: PlanWriterOptions) {
    this.#options = options;
  }

  /** @param trace here and below: below which the call belongs */
  begin(actionUuid: string, intent: JsonObject, trace: Context): Promise<BeginActionResponse__Output> {
    const { plans } = this.#options;
    const request = { ...this.#ref(), actionUuid, intentJson: JSON.stringify(intent) };
    return this.#insist("begin of an action", () => plans.beginAction(request, trace));
  }

  /** The action is CANCELLING from here on. */
  async abort(actionUuid: string, trace: Context): Promise<void> {
    const { plans } = this.#options;
    const request = { ...this.#ref(), actionUuid };
    await this.#insist("abort of an action", () => plans.abortAction(request, trace));
  }

  async end(actionUuid: string, state: ActionState, message: string, trace: Context): Promise<void> {
    const { plans } = this.#options;
    const request = {
      ...this.#ref(),
      actionUuid,
      state,
      statusMessage: statusMessageOf(message),
    };
    await this.#insist("end of an action", () => plans.endAction(request, trace));
  }

  /** Returns the plan's state. @param failure why it could not be executed at all; empty: its actions tell */
  async endPlan(failure: string, trace: Context): Promise<string> {
    const { plans } = this.#options;
    const request = { ...this.#ref(), failure: statusMessageOf(failure) };
    return (await this.#insist("end of a plan", () => plans.endPlan(request, trace))).state;
  }

  #ref() {
    const { applierId, held } = this.#options;
    return { applierId, planUuid: held.lease.planUuid, token: held.lease.token };
  }

  /** @throws VigilError illegal-state when the lease is lost, or gets lost by state's refusal */
  async #insist<T>(what: string, call: () => Promise<T>): Promise<T> {
    const { held, clock, logger } = this.#options;
    for (let attempt = 0; ; attempt++) {
      held.check();
      try {
        return await call();
      } catch (thrown) {
        const error = VigilError.from(thrown);
        if (!isOpen(error)) {
          held.lose(`state refused the ${what}: ${error.message}`);
          held.check();
        }
        // Once per call: pauses are short, outages are not.
        if (attempt === 0) logger.warn({ problem: error.message }, `${what} could not be written yet`);
      }
      await clock.sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, held.signal);
    }
  }
}

/** True when the call may or may not have taken effect, or state had no room for it; a bug may pass as well. */
function isOpen({ kind }: VigilError): boolean {
  return ["unavailable", "deadline", "overloaded", "conflict", "internal"].includes(kind);
}
