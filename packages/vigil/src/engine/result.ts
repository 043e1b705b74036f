/**
 * The result of one run as JSON, in a form that other engines' results can be written in too
 * (`vigil-bench-result` version 1), so that one checker judges them alike.
 */
import type { ClusterModel, ComputedSolution, ComputeRequest, JsonObject } from "@vigil/core";
import { type Measurement, medianTiming, type Timing } from "./measure.ts";

interface Action {
  actionType: string;
  inputParameters: JsonObject;
}

export interface ResultFile extends JsonObject {
  schema: "vigil-bench-result";
  version: 1;
  engine: "vigil";
  strategy: string;
  strategy_version: string;
  /** Name of the cluster file. */
  cluster: string;
  nodes: number;
  instances: number;
  seed: number;
  /** As checked, defaults filled in. */
  parameters: JsonObject;
  /** CPU seconds of the audit alone, all threads of the process; with repetitions the median. */
  audit_cpu_s: number;
  audit_wall_s: number;
  /** CPU seconds of each repetition; the first ones are dearer, as code is compiled while it runs. */
  audit_cpu_s_all: number[];
  /** Phase to [elapsed, CPU] seconds. */
  phases_wall_cpu_s: { [phase: string]: [number, number] };
  /** With opening the model. */
  cpu_s: number;
  wall_s: number;
  peak_rss_mb: number;
  rss_before_mb: number;
  /** Indicator to value. */
  efficacy: { [name: string]: number };
  /** Ratio to value, percent. */
  global_efficacy: { [name: string]: number };
  /** In the strategy's order. */
  actions: { action_type: string; input_parameters: JsonObject }[];
  /** In the planner's order, with the indices of those that must have finished before. */
  planned: { action_type: string; input_parameters: JsonObject; parents: number[] }[];
  /** Node index per instance after the plan, from the strategy's own books; null where a scheduler chooses. */
  placement: (number | null)[] | null;
  /** Status per node after the plan. */
  node_status: ("enabled" | "disabled")[];
  explanation: JsonObject;
}

/** Digits after the point of seconds and MB: more are noise. */
const DIGITS = 6;

export function resultFile(clusterName: string, request: ComputeRequest, measured: Measurement): ResultFile {
  const { model, solution, planned, warmUp, open, audits, planner } = measured;
  const audit = medianTiming(audits);
  return {
    schema: "vigil-bench-result",
    version: 1,
    engine: "vigil",
    strategy: solution.strategy.name,
    strategy_version: solution.strategy.version,
    cluster: clusterName,
    nodes: model.nodes.count,
    instances: model.instances.count,
    seed: request.seed,
    parameters: solution.parameters,
    audit_type: request.auditType,
    scope: request.scope,
    options: request.options,
    audit_cpu_s: rounded(audit.cpuS),
    audit_wall_s: rounded(audit.wallS),
    audit_cpu_s_all: audits.map(({ cpuS }) => rounded(cpuS)),
    phases_wall_cpu_s: {
      ...(warmUp === null ? {} : { warm_up: pair(warmUp) }),
      open_model: pair(open),
      audit: pair(audit),
      planner: pair(planner),
    },
    cpu_s: rounded(open.cpuS + audit.cpuS),
    wall_s: rounded(open.wallS + audit.wallS),
    peak_rss_mb: rounded(measured.peakRssMb),
    rss_before_mb: rounded(measured.rssBeforeMb),
    // Samples are columns of the model: a strategy asks no service for any.
    metric_calls: 0,
    backend_calls: 0,
    gnocchi_requests: 0,
    capped: false,
    error: null,
    efficacy: valuesOf(solution.efficacyIndicators),
    global_efficacy: valuesOf(solution.globalEfficacy),
    actions: solution.actions.map(actionJson),
    planned: planned.map((action) => ({ ...actionJson(action), parents: action.parents })),
    placement: placementOf(solution),
    node_status: nodeStatuses(model, solution.actions),
    explanation: solution.explanation,
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}

function pair({ wallS, cpuS }: Timing): [number, number] {
  return [rounded(wallS), rounded(cpuS)];
}

function actionJson({ actionType, inputParameters }: Action) {
  return { action_type: actionType, input_parameters: inputParameters };
}

function valuesOf(indicators: readonly { name: string; value: number }[]): { [name: string]: number } {
  return Object.fromEntries(indicators.map(({ name, value }) => [name, value]));
}

/** Null: some instance goes where Nova's scheduler puts it. */
function placementOf({ actions, placement }: ComputedSolution): (number | null)[] | null {
  const open = actions.some(
    ({ actionType, inputParameters }) =>
      actionType === "migrate" && inputParameters.destination_node === undefined,
  );
  return open ? null : Array.from(placement, (node) => (node < 0 ? null : node));
}

function nodeStatuses(model: ClusterModel, actions: readonly Action[]): ("enabled" | "disabled")[] {
  const statuses = Array.from(model.nodes.enabled, (one) => (one === 1 ? "enabled" : "disabled"));
  for (const { actionType, inputParameters } of actions) {
    if (actionType !== "change_nova_service_state") continue;
    const { resource_id: uuid, state } = inputParameters;
    const node = typeof uuid === "string" ? model.nodeByUuid(uuid) : -1;
    if (node >= 0) statuses[node] = state === "disabled" ? "disabled" : "enabled";
  }
  return statuses;
}
