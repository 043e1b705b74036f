/**
 * Workload stabilization: evens out the load of all hosts, measured by its standard deviation. Tries each
 * instance on some hosts, then makes the moves that help most, as long as each still helps and until the
 * deviation is below its threshold. Spec: Watcher's `workload_stabilization`.
 */
import { clip, Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { type Loads, readLoads } from "./loads.ts";
import { WORKLOAD_STABILIZATION_PARAMETERS, type WorkloadStabilizationParameters } from "./parameters.ts";
import { RecordTargets } from "./records.ts";
import { Room } from "./room.ts";
import { simulate } from "./simulate.ts";
import { Spread } from "./spread.ts";
import { stabilize } from "./stabilize.ts";
import { CycleTargets, RandomTargets, type TargetChoice } from "./targets.ts";

export const WORKLOAD_STABILIZATION: Strategy = {
  name: "workload_stabilization",
  displayName: "Workload stabilization",
  goalName: "workload_balancing",
  parametersSpec: WORKLOAD_STABILIZATION_PARAMETERS,
  version: "1",
  planner: "workload_stabilization",
  metrics: ["host_cpu_usage", "instance_cpu_usage", "instance_ram_usage", "host_ram_usage"],
  models: ["compute"],
  execute,
};

function execute(input: StrategyInput): Solution {
  const { overlay, options } = input;
  const parameters = input.parameters as unknown as WorkloadStabilizationParameters;
  const loads = readLoads(overlay, parameters);
  const spread = new Spread(loads.metrics);
  const solution = new Solution();
  const { explanation, indicators } = solution;
  indicators.set("instances_count", overlay.countInstances());
  indicators.set("instance_migrations_count", 0);
  indicators.set("standard_deviation_before_audit", 0);
  indicators.set("standard_deviation_after_audit", 0);
  explanation.coverage = coverageJson(loads.coverage, options);
  explanation.nodes = {
    considered: loads.nodes.length,
    withoutSamples: loads.withoutSamples,
    withoutResource: loads.withoutResource,
  };
  const deviations = deviationsOf(loads, spread);
  explanation.deviations = deviations.map((one) => ({ ...one }));
  if (!isCovered(loads.coverage, options)) {
    explanation.summary = "Too few samples to judge the load of hosts.";
    return solution;
  }
  const trigger = deviations.find(({ before, threshold }) => before > threshold);
  if (trigger === undefined) {
    explanation.summary = "The hosts' loads are even enough: no standard deviation is above its threshold.";
    return solution;
  }
  indicators.set("standard_deviation_before_audit", trigger.before);
  explanation.trigger = trigger.metric;
  spreadOut(input, parameters, loads, spread, solution);
  return solution;
}

interface Deviation {
  metric: string;
  threshold: number;
  weight: number;
  before: number;
}

function deviationsOf({ metrics }: Loads, spread: Spread): Deviation[] {
  return metrics.map(({ name, threshold, weight }, m) => ({
    metric: name,
    threshold,
    weight,
    before: spread.deviation(m),
  }));
}

function spreadOut(
  input: StrategyInput,
  parameters: WorkloadStabilizationParameters,
  loads: Loads,
  spread: Spread,
  solution: Solution,
): void {
  const { overlay } = input;
  const { explanation, indicators } = solution;
  const sharesBefore = loads.metrics.map((_, m) => sharesOf(loads, spread, m));
  const deviations = deviationsOf(loads, spread);
  const weightedBefore = spread.weighted();
  const stays = new Reasons();
  const entries = simulate(overlay, loads, spread, targetChoice(input, parameters, loads), stays);
  const { moves, after, changed, explanation: told } = stabilize(overlay, loads, spread, entries, solution);
  indicators.set("instance_migrations_count", moves);
  indicators.set("standard_deviation_after_audit", after);
  Object.assign(explanation, told);
  explanation.stays = stays.toJson();
  explanation.entries = entries.count;
  explanation.deviations = deviations.map((one, m) => ({ ...one, after: spread.deviation(m) }));
  explanation.weightedDeviation = { before: weightedBefore, after: spread.weighted() };
  explanation.hosts = hostsJson(overlay, loads, spread, changed, sharesBefore);
  explanation.summary =
    moves === 0
      ? "No move that is possible makes the hosts' loads more even."
      : `${moves} instances move, each of which makes the hosts' loads more even.`;
}

function targetChoice(
  { overlay, random }: StrategyInput,
  parameters: WorkloadStabilizationParameters,
  { nodes, metrics }: Loads,
): TargetChoice {
  const room = new Room(overlay, nodes, !overlay.parity);
  switch (parameters.host_choice) {
    case "cycle":
      return new CycleTargets(room);
    case "fullsearch":
      return new RecordTargets(room, metrics);
    case "retry":
      // A sample of all hosts is all hosts: nothing is left to chance.
      if (parameters.retry_count >= nodes.length - 1) return new RecordTargets(room, metrics);
      return new RandomTargets(room, nodes.length, parameters.retry_count, random);
  }
}

function sharesOf({ nodes }: Loads, spread: Spread, m: number): Float64Array {
  return Float64Array.from(nodes, (_, position) => spread.share(m, position));
}

/** Loads of the hosts that the plan changes, as shares of their size; the most loaded ones first. */
function hostsJson(
  { model }: Overlay,
  { nodes, metrics }: Loads,
  spread: Spread,
  changed: Uint8Array,
  sharesBefore: readonly Float64Array[],
): JsonObject {
  const first = sharesBefore[0] as Float64Array;
  const positions = [...nodes.keys()]
    .filter((position) => changed[position] === 1)
    .sort((a, b) => (first[b] as number) - (first[a] as number));
  const listing = new Listing();
  for (const position of positions) {
    listing.add(() => {
      const loads = metrics.map(({ name }, m) => [
        name,
        { before: sharesBefore[m]?.[position] as number, after: spread.share(m, position) },
      ]);
      const node = model.text(model.nodes.hostname[nodes[position] as number] as number);
      return { node: clip(node), ...Object.fromEntries(loads) };
    });
  }
  return listing.toJson();
}
