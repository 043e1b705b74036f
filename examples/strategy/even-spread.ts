/**
 * Even spread: an example of a strategy, small but complete. It evens out how many instances nodes hold:
 * one at a time, from the fullest node to the emptiest that can take one, until they differ by one.
 *
 * A strategy of the product lives in packages/core/src/strategies; docs/strategies.md walks through this file.
 */
import { Listing, Reasons } from "../../packages/core/src/explanation.ts";
import { NO_INSTANCE, type Overlay } from "../../packages/core/src/model/overlay.ts";
import { addMigration, type Migration } from "../../packages/core/src/strategies/actions.ts";
import { Solution } from "../../packages/core/src/strategies/solution.ts";
import {
  immovable,
  isAvailable,
  migrationTypes,
  targetRefusal,
} from "../../packages/core/src/strategies/soundness.ts";
import type { Strategy, StrategyInput } from "../../packages/core/src/strategies/strategy.ts";

const PARAMETERS = {
  properties: {
    moves_max: {
      description: "Migrations that one plan may hold.",
      type: "integer",
      minimum: 1,
      default: 10,
    },
  },
};

export const EVEN_SPREAD: Strategy = {
  name: "even_spread",
  displayName: "Even spread of instances",
  goalName: "workload_balancing",
  parametersSpec: PARAMETERS,
  version: "1",
  planner: "workload_stabilization",
  metrics: [],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters }: StrategyInput): Solution {
  const { moves_max: movesMax } = parameters as unknown as { moves_max: number };
  const { model } = overlay;
  const solution = new Solution();
  const moved = new Listing();
  const stays = new Reasons();
  // An instance moves once a plan: room may decide that the same one would go on, and on the way it would be migrated twice.
  const movedBefore = new Set<number>();
  let moves = 0;
  for (; moves < movesMax; moves++) {
    const migration = nextMigration(overlay, movedBefore, stays);
    if (migration === null) break;
    const { instance, source, destination } = migration;
    overlay.move(instance, source, destination);
    movedBefore.add(instance);
    addMigration(solution, model, migration);
    moved.add(() => ({
      instance: model.text(model.instances.uuid[instance] as number),
      from: model.text(model.nodes.hostname[source] as number),
      to: model.text(model.nodes.hostname[destination] as number),
    }));
  }
  solution.indicators.set("instance_migrations_count", moves);
  solution.indicators.set("instances_count", overlay.countInstances());
  solution.explanation.summary =
    moves === 0 ? "No move makes the nodes more even." : `${moves} instances move to emptier nodes.`;
  solution.explanation.moved = moved.toJson();
  solution.explanation.stays = stays.toJson();
  return solution;
}

/** The first instance of the fullest node that an emptier one can take; null when there is none. */
function nextMigration(
  overlay: Overlay,
  movedBefore: ReadonlySet<number>,
  stays: Reasons,
): (Migration & { destination: number }) | null {
  const { model, instancesOn } = overlay;
  const count = (node: number): number => instancesOn[node] as number;
  // The sort is stable, so nodes with equal counts stay in model order: the same input, the same plan.
  const nodes = [...instancesOn.keys()].filter((node) => isAvailable(overlay, node));
  const emptiestFirst = nodes.sort((a, b) => count(a) - count(b));
  const source = emptiestFirst.at(-1);
  if (source === undefined) return null;
  // Only moves that even something out: with a difference of one the two nodes would just change roles.
  const targets = emptiestFirst.filter((node) => count(source) - count(node) >= 2);
  const typeOf = migrationTypes(model);
  for (let at = overlay.firstInstance(source); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    const instance = at;
    if (movedBefore.has(instance)) continue;
    const type = typeOf(instance);
    const destination = targets.find((node) => targetRefusal(overlay, instance, node) === null);
    const reason = immovable(overlay, instance) ?? (type === null ? "state" : null);
    if (reason === null && type !== null && destination !== undefined) {
      return { instance, type, source, destination };
    }
    stays.add(reason ?? "no target", () => ({
      instance: model.text(model.instances.uuid[instance] as number),
    }));
  }
  return null;
}
