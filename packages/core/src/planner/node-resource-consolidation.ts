/**
 * Planner `node_resource_consolidation`: disables first, then the migrations of each source one after
 * another, sources side by side, and the enables when the last migration of every source has finished.
 * A migration also waits for those of other sources that free the room it needs.
 *
 * Watcher names every disable as a parent of every migration, and every last migration as one of every
 * enable. In a plan where that would be too many names, the last disable waits for the other disables and
 * migrations for that one, and all other enables wait for the first: the same order in fewer words.
 */
import { VigilError } from "../errors.ts";
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import type { PlannedAction, Planner } from "./planner.ts";
import { roomParents } from "./room-parents.ts";

/**
 * Names of parents (uuids, 36 bytes each in the stored plan) that a plan may take in Watcher's form. 2000
 * migrations and 300 disables would take 600,000: far more text than all else of that plan.
 */
const PARENTS_MAX = 50_000;

interface Parts {
  disables: SolutionAction[];
  migrations: SolutionAction[];
  enables: SolutionAction[];
}

/** @throws VigilError invalid-input (UnsupportedActionType) for other actions than service states and migrations */
export const nodeResourceConsolidationPlanner: Planner = (actions, model) => {
  const { disables, migrations, enables } = partsOf(actions);
  const chains = chainsOf(migrations);
  const names = disables.length * migrations.length + enables.length * chains.length;
  const gated = names > PARENTS_MAX;
  const planned: PlannedAction[] = [];
  const closed = disables.map((action, at) =>
    store(planned, action, gated && at === disables.length - 1 ? [...planned.keys()] : []),
  );
  const last = planMigrations(planned, migrations, chains, closed, gated, model);
  let opening: number[] = last;
  for (const action of enables) {
    const opened = store(planned, action, opening);
    if (gated && opening === last) opening = [opened];
  }
  return planned;
};

function store(
  planned: PlannedAction[],
  { actionType, inputParameters }: SolutionAction,
  parents: number[],
): number {
  return planned.push({ actionType, inputParameters, parents }) - 1;
}

function partsOf(actions: readonly SolutionAction[]): Parts {
  const parts: Parts = { disables: [], migrations: [], enables: [] };
  for (const action of actions) {
    if (action.actionType === "migrate") parts.migrations.push(action);
    else if (action.actionType !== "change_nova_service_state") throw unsupported(action.actionType);
    else if (action.inputParameters.state === "disabled") parts.disables.push(action);
    else parts.enables.push(action);
  }
  return parts;
}

/** Indices of the migrations of each source, in order of its first appearance. */
function chainsOf(migrations: readonly SolutionAction[]): number[][] {
  const chains = new Map<unknown, number[]>();
  migrations.forEach(({ inputParameters: { source_node: source } }, at) => {
    const chain = chains.get(source);
    if (chain === undefined) chains.set(source, [at]);
    else chain.push(at);
  });
  return [...chains.values()];
}

/** @returns where the last migration of each source is stored */
function planMigrations(
  planned: PlannedAction[],
  migrations: readonly SolutionAction[],
  chains: readonly number[][],
  closed: readonly number[],
  gated: boolean,
  model: ClusterModel,
): number[] {
  const waits = roomParents(migrations, model);
  const previous = previousOf(chains, migrations.length);
  const storedAt = new Int32Array(migrations.length);
  const gate = closed.slice(-1);
  for (const at of storedOrder(chains, waits)) {
    const before = previous[at] as number;
    // With a gate, who waits for another one of its chain has waited for the gate already.
    const opener = gated ? gate : closed;
    const parents = new Set(gated && before >= 0 ? [] : opener);
    if (before >= 0) parents.add(storedAt[before] as number);
    for (const one of waits[at] as number[]) parents.add(storedAt[one] as number);
    storedAt[at] = store(
      planned,
      migrations[at] as SolutionAction,
      [...parents].sort((a, b) => a - b),
    );
  }
  return chains.map((chain) => storedAt[chain.at(-1) as number] as number);
}

/** Per migration the one before it in its chain, -1 for the first. */
function previousOf(chains: readonly number[][], count: number): Int32Array {
  const previous = new Int32Array(count).fill(-1);
  for (const chain of chains) {
    for (let n = 1; n < chain.length; n++) previous[chain[n] as number] = chain[n - 1] as number;
  }
  return previous;
}

/**
 * Chain by chain; but where migrations wait for room, as the solution has them: one may wait for one of a
 * later chain, and only in that order each finds its room when they run one by one.
 */
function storedOrder(chains: readonly number[][], waits: readonly (readonly number[])[]): number[] {
  const order = chains.flat();
  return waits.some((parents) => parents.length > 0) ? [...order.keys()] : order;
}

function unsupported(actionType: string): VigilError {
  return new VigilError(
    "invalid-input",
    `UnsupportedActionType: planner node_resource_consolidation takes change_nova_service_state and migrate, not ${actionType}`,
  );
}
