/**
 * Planner `node_resource_consolidation`: disables first, then the migrations of each source one after
 * another, sources side by side, and the enables when the last migration of every source has finished.
 */
import { VigilError } from "../errors.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import type { PlannedAction, Planner } from "./planner.ts";

/** @throws VigilError invalid-input (UnsupportedActionType) for other actions than service states and migrations */
export const nodeResourceConsolidationPlanner: Planner = (actions) => {
  const disables: SolutionAction[] = [];
  const enables: SolutionAction[] = [];
  const sources = new Map<unknown, SolutionAction[]>();
  for (const action of actions) {
    const { state, source_node: source } = action.inputParameters;
    if (action.actionType === "migrate") {
      const group = sources.get(source);
      if (group === undefined) sources.set(source, [action]);
      else group.push(action);
    } else if (action.actionType !== "change_nova_service_state") throw unsupported(action.actionType);
    else if (state === "disabled") disables.push(action);
    else enables.push(action);
  }
  const planned: PlannedAction[] = [];
  const plan = (action: SolutionAction, parents: readonly number[]): number =>
    planned.push({ ...action, parents: [...parents] }) - 1;
  const first = disables.map((action) => plan(action, []));
  const last: number[] = [];
  for (const group of sources.values()) {
    let previous: number | null = null;
    for (const action of group) previous = plan(action, previous === null ? first : [...first, previous]);
    if (previous !== null) last.push(previous);
  }
  for (const action of enables) plan(action, last);
  return planned;
};

function unsupported(actionType: string): VigilError {
  return new VigilError(
    "invalid-input",
    `UnsupportedActionType: planner node_resource_consolidation takes change_nova_service_state and migrate, not ${actionType}`,
  );
}
