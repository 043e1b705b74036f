/** What an applier counts. */

import type { ActionState } from "@vigil/core";
import { counter, gauge, histogram, LONG_S, type Metrics } from "@vigil/service";

export const APPLIER_METRICS = {
  plans: counter(
    "vigil_plans_executed_total",
    "Plans that left this applier: by the state they ended in, unfinished (handed back) or lost (to another applier)",
    ["outcome"],
  ),
  planSeconds: histogram("vigil_plan_execution_seconds", "Time that a plan was with this applier", LONG_S),
  actions: counter("vigil_actions_total", "Actions that ended here, by type and state", ["type", "outcome"]),
  actionSeconds: histogram(
    "vigil_action_seconds",
    "Time of an action from its pre-condition to its end, by type",
    LONG_S,
    ["type"],
  ),
  held: gauge("vigil_applier_plans", "Plans that this applier executes"),
  running: gauge("vigil_applier_actions", "Actions that run, or whose pre-condition is looked at"),
} as const;

export class ExecutionCounts {
  readonly #metrics: Metrics;
  /** Actions under way. */
  running = 0;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Counts an action while it runs and when it has ended, and passes its state on. */
  async action(type: string, run: Promise<ActionState | undefined>): Promise<ActionState | undefined> {
    const beganMs = performance.now();
    this.running++;
    try {
      const state = await run;
      if (state !== undefined) {
        this.#metrics.counter(APPLIER_METRICS.actions).of(type, state.toLowerCase()).inc();
        this.#metrics.histogram(APPLIER_METRICS.actionSeconds).of(type).observeSince(beganMs);
      }
      return state;
    } finally {
      this.running--;
    }
  }

  /** @param outcome the state that the plan ended in, or why it left before */
  planLeft(outcome: string, ms: number): void {
    this.#metrics.counter(APPLIER_METRICS.plans).of(outcome).inc();
    this.#metrics
      .histogram(APPLIER_METRICS.planSeconds)
      .of()
      .observe(ms / 1_000);
  }
}
