/**
 * Node Resource Consolidation strategy: empties the hosts with the fewest vCPUs in use onto those with the
 * most, by what is allocated. Spec: Watcher's `node_resource_consolidation`; why it comes to rest here:
 * `emptying.ts`.
 */
import type { Overlay } from "../../model/overlay.ts";
import { addMigration, addServiceState } from "../actions.ts";
import { Solution } from "../solution.ts";
import { migrationTypes } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { moveByTheLetter } from "./by-the-letter.ts";
import { emptyHosts } from "./emptying.ts";
import { Explained } from "./explained.ts";
import { groupHosts } from "./grouping.ts";
import { type Hosts, readHosts } from "./hosts.ts";
import {
  NODE_RESOURCE_CONSOLIDATION_PARAMETERS,
  type NodeResourceConsolidationParameters,
} from "./parameters.ts";

const DISABLED_REASON = "Watcher node resource consolidation strategy";
/** The value of host_choice that leaves destinations to the scheduler; all others name them. */
const AUTO = "auto";

export const NODE_RESOURCE_CONSOLIDATION: Strategy = {
  name: "node_resource_consolidation",
  displayName: "Node Resource Consolidation strategy",
  goalName: "server_consolidation",
  parametersSpec: NODE_RESOURCE_CONSOLIDATION_PARAMETERS,
  version: "1",
  planner: "node_resource_consolidation",
  metrics: [],
  models: ["compute"],
  needsHistory: true,
  execute,
};

function execute(input: StrategyInput): Solution {
  const { overlay } = input;
  const { host_choice: hostChoice } = input.parameters as unknown as NodeResourceConsolidationParameters;
  const hosts = readHosts(input);
  const solution = new Solution();
  const plan = overlay.parity ? planByTheLetter : planWholeHosts;
  const { released, migrations } = plan(overlay, hosts, hostChoice === AUTO, solution);
  solution.indicators.set("compute_nodes_count", hosts.all.length);
  solution.indicators.set("released_compute_nodes_count", released);
  solution.indicators.set("instance_migrations_count", migrations);
  return solution;
}

interface Counts {
  released: number;
  migrations: number;
}

function planWholeHosts(overlay: Overlay, hosts: Hosts, auto: boolean, solution: Solution): Counts {
  const explained = new Explained(overlay, hosts);
  const emptying = emptyHosts(
    overlay,
    hosts,
    () => explained.startRound(),
    (left) => explained.left(left),
  );
  const { emptied, first } = emptying;
  const closed = emptied.length > 0 && auto ? closable(overlay, [...first.free, ...emptied]) : [];
  addDisables(solution, overlay, closed);
  let migrations = 0;
  for (const source of emptied) migrations += addMoves(solution, overlay, source, auto, explained);
  addEnables(solution, overlay, closed);
  Object.assign(solution.explanation, explained.toJson(emptying, migrations, auto));
  return { released: emptied.length, migrations };
}

/**
 * One migration for each instance that the host held at the start, straight to where it ends: a destination
 * of one round may be emptied by the next, and only the last place counts.
 * @returns how many
 */
function addMoves(
  solution: Solution,
  overlay: Overlay,
  source: number,
  auto: boolean,
  explained: Explained,
): number {
  const typeOf = migrationTypes(overlay.model);
  const held = heldAtStart(overlay, source);
  for (const instance of held) {
    const destination = overlay.nodeOf[instance] as number;
    const type = typeOf(instance) ?? "live";
    addMigration(solution, overlay.model, {
      instance,
      type,
      source,
      destination: auto ? null : destination,
    });
    explained.moved(instance, source, auto ? null : destination);
  }
  return held.length;
}

/** Most vCPUs first, equals in model order. */
function heldAtStart({ model }: Overlay, host: number): number[] {
  const { instances, instanceStart } = model.nodes;
  const { vcpus } = model.instances;
  const held = [...instances.subarray(instanceStart[host], instanceStart[host + 1])];
  return held.sort((a, b) => (vcpus[b] as number) - (vcpus[a] as number));
}

function planByTheLetter(overlay: Overlay, hosts: Hosts, auto: boolean, solution: Solution): Counts {
  const grouping = groupHosts(overlay, hosts);
  const { sources, free } = grouping;
  const closed = sources.length > 0 && auto ? closable(overlay, [...free, ...sources]) : [];
  addDisables(solution, overlay, closed);
  const migrations = moveByTheLetter(overlay, grouping, auto, solution);
  addEnables(solution, overlay, closed);
  solution.explanation.summary = `Strategy parity: one round of the reference, ${sources.length} sources, ${migrations} migrations.`;
  return { released: sources.length, migrations };
}

/** Hosts that the plan closes while the scheduler chooses: those that are not closed already. */
function closable({ enabled }: Overlay, hosts: readonly number[]): number[] {
  return hosts.filter((host) => enabled[host] === 1);
}

function addDisables(solution: Solution, { model }: Overlay, hosts: readonly number[]): void {
  for (const host of hosts) {
    addServiceState(solution, model, host, { state: "disabled", disabledReason: DISABLED_REASON });
  }
}

function addEnables(solution: Solution, { model }: Overlay, hosts: readonly number[]): void {
  for (const host of hosts) addServiceState(solution, model, host, { state: "enabled" });
}
