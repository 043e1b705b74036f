/** A run as it was recorded: what its plan was computed from, and the plan as it is stored. */
import type { Outputs, VigilClient } from "@vigil/client";
import { type ComputeRequest, type JsonObject, type JsonValue, VigilError } from "@vigil/core";
import { findRun } from "./find-run.ts";

type Run = Outputs["runs"]["get"];
type StoredAction = Outputs["plans"]["actions"]["items"][number];

/** Actions asked for at a time, as many as the API gives. */
const PAGE_ACTIONS = 1_000;

export interface RecordedRun {
  runId: string;
  planUuid: string;
  snapshotHash: string;
  strategyVersion: string;
  /** All that the plan was computed from, the snapshot excepted. */
  request: ComputeRequest;
  plan: PlanContent;
}

/** What makes two plans the same: not their ids, nor what became of their actions. */
export type PlanContent = JsonObject & {
  strategyName: string;
  actions: JsonValue[];
  efficacyIndicators: JsonValue[];
  globalEfficacy: JsonValue[];
  explanation: JsonObject;
};

/**
 * @param ident UUID of the run or of its plan, UUID or name of an audit: its newest run
 * @throws VigilError not-found: none of them, no plan of the run, or made by a release that recorded too little
 */
export async function fetchRecordedRun(
  client: VigilClient,
  ident: string,
  signal: AbortSignal,
): Promise<RecordedRun> {
  const run = await findRun(client, ident, signal);
  const planUuid = run.actionPlanUuid;
  if (planUuid === null) throw noPlan(run);
  const request = requestOf(run);
  const [plan, actions] = await Promise.all([
    client.plans.get.query({ uuid: planUuid, showDeleted: true, withActions: false }, { signal }),
    allActions(client, planUuid, signal),
  ]);
  return {
    runId: run.runId,
    planUuid,
    snapshotHash: run.snapshotHash ?? "",
    strategyVersion: run.strategyVersion ?? "",
    request,
    plan: {
      strategyName: run.strategyName ?? "",
      actions: actionsContent(actions),
      efficacyIndicators: plan.efficacyIndicators.map((indicator) => ({ ...indicator })),
      globalEfficacy: plan.globalEfficacy.map((indicator) => ({ ...indicator })),
      explanation: (run.explanation ?? {}) as JsonObject,
    },
  };
}

function requestOf({ runId, inputs, strategyName, snapshotHash, seed }: Run): ComputeRequest {
  if (inputs?.options == null || strategyName === null || snapshotHash === null) {
    throw new VigilError(
      "not-found",
      `run ${runId} was made by a release that did not record what its plan was computed from; only later runs can be replayed`,
    );
  }
  return {
    goalName: inputs.goalName,
    strategyName,
    parameters: inputs.parameters as JsonObject,
    scope: inputs.scope as JsonValue[],
    auditType: inputs.auditType,
    seed,
    options: inputs.options as JsonObject,
    history: inputs.history as JsonObject,
  };
}

function noPlan({ runId, state, error }: Run): VigilError {
  const why = error === null ? "" : `: ${error}`;
  return new VigilError("not-found", `run ${runId} has no plan, its state is ${state}${why}`);
}

async function allActions(
  client: VigilClient,
  planUuid: string,
  signal: AbortSignal,
): Promise<StoredAction[]> {
  const found: StoredAction[] = [];
  let marker: string | undefined;
  do {
    const input = { planUuid, limit: PAGE_ACTIONS, showDeleted: true, ...(marker && { marker }) };
    const page = await client.plans.actions.query(input, { signal });
    found.push(...page.items);
    marker = page.nextMarker ?? undefined;
  } while (marker !== undefined);
  return found;
}

/** Parents by their place in the plan, as the planner gave them. */
function actionsContent(actions: readonly StoredAction[]): JsonValue[] {
  const places = new Map(actions.map(({ uuid }, place) => [uuid, place]));
  return actions.map(({ actionType, inputParameters, parents }) => ({
    actionType,
    inputParameters: inputParameters as JsonObject,
    parents: parents.map((parent) => places.get(parent) ?? parent),
  }));
}
