/**
 * VM Workload Consolidation Strategy: relieves overloaded nodes, then packs instances by what they really
 * use onto as few nodes as it can and closes those that hold none. Spec: Watcher's
 * `vm_workload_consolidation`.
 */
import type { Overlay } from "../../model/overlay.ts";
import { addServiceState } from "../actions.ts";
import { coverageJson, isCovered } from "../coverage.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { Account } from "./account.ts";
import { addMoves } from "./add-moves.ts";
import { consolidate } from "./consolidate.ts";
import { Loads } from "./loads.ts";
import { offload } from "./offload.ts";
import {
  VM_WORKLOAD_CONSOLIDATION_PARAMETERS,
  type VmWorkloadConsolidationParameters,
} from "./parameters.ts";
import type { Refusal } from "./receivers.ts";
import { hasHostSamples, isLookedAt, readSamples, type Samples } from "./samples.ts";
import { Trial } from "./trial.ts";

const DISABLED_REASON = "watcher_disabled";

export const VM_WORKLOAD_CONSOLIDATION: Strategy = {
  name: "vm_workload_consolidation",
  displayName: "VM Workload Consolidation Strategy",
  goalName: "server_consolidation",
  parametersSpec: VM_WORKLOAD_CONSOLIDATION_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [
    "instance_ram_allocated",
    "instance_cpu_usage",
    "instance_ram_usage",
    "instance_root_disk_size",
    "host_cpu_usage",
    "host_ram_usage",
  ],
  models: ["compute"],
  execute,
};

interface Outcome {
  migrations: number;
  released: number;
}

function execute({ overlay, parameters, options }: StrategyInput): Solution {
  const samples = readSamples(overlay, parameters as unknown as VmWorkloadConsolidationParameters);
  const available = availableNodes(overlay);
  const solution = new Solution();
  let outcome: Outcome = { migrations: 0, released: 0 };
  if (isCovered(samples.coverage, options)) outcome = pack(overlay, samples, available, solution);
  else solution.explanation.summary = "Too few samples to judge what instances and nodes use.";
  solution.explanation.coverage = coverageJson(samples.coverage, options);
  solution.indicators.set("compute_nodes_count", available.length);
  solution.indicators.set("released_compute_nodes_count", outcome.released);
  solution.indicators.set("instance_migrations_count", outcome.migrations);
  return solution;
}

/** Up and in scope, whatever their status. */
function availableNodes(overlay: Overlay): Int32Array {
  const nodes = [];
  for (let node = 0; node < overlay.model.nodes.count; node++)
    if (isLookedAt(overlay, node)) nodes.push(node);
  return Int32Array.from(nodes);
}

function pack(overlay: Overlay, samples: Samples, available: Int32Array, solution: Solution): Outcome {
  // A node without samples is neither source nor target: what it has left is not known.
  const nodes = overlay.parity ? available : available.filter((node) => hasHostSamples(samples, node));
  const loads = new Loads(overlay, samples);
  const trial = new Trial(overlay, loads);
  const account = new Account(overlay, loads, nodes);
  const refusal = targetsRefused(overlay);
  const offloaded = offload(trial, nodes, refusal);
  account.endOfOffload(trial);
  consolidate(trial, nodes, refusal, (node, bound, refusals) => account.kept(node, bound, refusals));
  const moves = addMoves(trial, solution);
  const closed = closeEmpty(overlay, available, solution);
  account.tell(solution.explanation, { offloaded, moves, closed });
  // Watcher fails the audit when more moves go to disabled nodes than nodes become empty.
  return { migrations: moves.made.length, released: Math.max(0, closed - moves.toDisabled) };
}

/** A node that was closed for a reason of someone's own is not opened: it may be in maintenance. */
function targetsRefused(overlay: Overlay): Refusal {
  const { model, enabled, parity } = overlay;
  const { disabledReason } = model.nodes;
  return (node) => {
    if (parity || enabled[node] === 1) return null;
    const reason = model.textOrNull(disabledReason[node] as number) ?? DISABLED_REASON;
    return reason === DISABLED_REASON ? null : "disabled for a reason of its own";
  };
}

/** Closes enabled nodes that hold nothing, those that held nothing before among them. @returns how many */
function closeEmpty(overlay: Overlay, available: Int32Array, solution: Solution): number {
  let closed = 0;
  for (const node of available) {
    if (overlay.instancesOn[node] !== 0 || overlay.enabled[node] === 0) continue;
    addServiceState(solution, overlay.model, node, { state: "disabled", disabledReason: DISABLED_REASON });
    closed += 1;
  }
  return closed;
}
