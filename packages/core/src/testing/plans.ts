/** Computing in tests: what most of them leave at its default, and actions as one line each. */
import { type ComputedPlan, type ComputeInput, type ComputeResult, computePlan } from "../compute.ts";
import type { ClusterModelSource } from "../model/source.ts";
import type { PlannedAction } from "../planner/planner.ts";
import { snapshotOf } from "./clusters.ts";

export type Request = Partial<Omit<ComputeInput, "snapshot">>;

const DEFAULTS: Omit<ComputeInput, "snapshot"> = {
  goalName: "",
  strategyName: "",
  parameters: {},
  scope: [],
  auditType: "EVENT",
  seed: 1,
  options: {},
  history: {},
};

/** What the request leaves out: no parameters, whole cloud, an EVENT audit, seed 1, default options. */
export function requestOf(request: Request): Omit<ComputeInput, "snapshot"> {
  return { ...DEFAULTS, ...request };
}

export function computeOn(source: ClusterModelSource, request: Request): ComputeResult {
  return computePlan({ ...requestOf(request), snapshot: snapshotOf(source) });
}

/** @throws Error with kind and message of what computing came to */
export function planOf(source: ClusterModelSource, request: Request): ComputedPlan {
  const result = computeOn(source, request);
  if (result.ok) return result.plan;
  throw new Error(`${result.error.kind}: ${result.error.message}`);
}

/** "live i1 host-a > host-b" ("?": the scheduler chooses), "disabled a reason", "stop i1"; others as JSON. */
export function inBrief({ actionType, inputParameters: given }: PlannedAction): string {
  switch (actionType) {
    case "migrate":
      return `${given.migration_type} ${given.resource_id} ${given.source_node} > ${given.destination_node ?? "?"}`;
    case "change_nova_service_state":
      return `${given.state} ${given.resource_id} ${given.disabled_reason ?? ""}`.trim();
    case "stop":
      return `stop ${given.resource_id}`;
    default:
      return `${actionType} ${JSON.stringify(given)}`;
  }
}
