/**
 * Spans of a plan's execution. It goes on in the trace of the run that made the plan, whoever started it and when: one look
 * at the trace of an alarm shows all that came of it. A trace of its own with a link lost, since it would need a second
 * look, and a second decision whether it is recorded.
 */

import type { PlanAction__Output, PlanLease__Output } from "@vigil/proto";
import { ATTRIBUTE, type Context, inSpan, trace, traceOf } from "@vigil/tracing";

const tracer = trace.getTracer("@vigil/applier");

/** @param run gets below what its actions belong; returns the outcome, and its name */
export function inPlanSpan<Outcome extends { what: string }>(
  lease: PlanLease__Output,
  run: (trace: Context) => Promise<Outcome>,
): Promise<Outcome> {
  const attributes = {
    [ATTRIBUTE.planUuid]: lease.planUuid,
    [ATTRIBUTE.auditUuid]: lease.auditUuid,
    [ATTRIBUTE.strategy]: lease.strategyName,
    [ATTRIBUTE.planActions]: lease.actions.length,
  };
  return inSpan(
    tracer,
    "execute plan",
    { attributes },
    traceOf(lease.traceParent),
    async ({ span, context }) => {
      const outcome = await run(context);
      span.setAttribute(ATTRIBUTE.planOutcome, outcome.what);
      return outcome;
    },
  );
}

/** @param run gets below what its calls belong; returns the state it ended in, undefined: it was not begun */
export function inActionSpan<State extends string | undefined>(
  action: PlanAction__Output,
  parent: Context,
  run: (trace: Context) => Promise<State>,
): Promise<State> {
  const attributes = {
    [ATTRIBUTE.actionUuid]: action.uuid,
    [ATTRIBUTE.actionType]: action.actionType,
  };
  return inSpan(tracer, `action ${action.actionType}`, { attributes }, parent, async ({ span, context }) => {
    const state = await run(context);
    span.setAttribute(ATTRIBUTE.actionState, state ?? "not begun");
    return state;
  });
}
