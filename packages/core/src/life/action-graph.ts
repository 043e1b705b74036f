import { VigilError } from "../errors.ts";
import { type ActionNode, type ActionState, FINAL_ACTION_STATES } from "./plan-terms.ts";

/**
 * When an action runs whose parents have finished. ALWAYS: whatever became of them. ANY: only when its first parent
 * FAILED, that is "try this one if the one before did not work"; the others stay PENDING (planner-and-applier 5).
 */
export const EXECUTION_RULES = ["ALWAYS", "ANY"] as const;
export type ExecutionRule = (typeof EXECUTION_RULES)[number];

/** waiting: for parents. given: handed out. over: final. never: the rule ANY passes it over, or one of its parents. */
type Stage = "waiting" | "given" | "over" | "never";

/**
 * Which actions of a plan may begin, kept up to date as they finish: each edge of the graph is looked at once, so a
 * plan of 100,000 actions costs its edges and not their number times the actions.
 *
 * The graph follows from the states of the actions alone, so an applier that takes over a plan gets the one that
 * its predecessor had. Actions that were ONGOING then are handed out again, in front: they may have had their effect.
 */
export class ActionGraph {
  readonly #nodes: readonly ActionNode[];
  readonly #rule: ExecutionRule;
  readonly #stages: Stage[];
  readonly #states: ActionState[];
  readonly #waitsFor: Uint32Array;
  readonly #children: Children;
  /** Indices in the order in which they became ready; those before #next are handed out. */
  readonly #queue: number[] = [];
  #next = 0;
  #open: number;

  /**
   * @param nodes the actions in plan order; parents come before their children
   * @throws VigilError invalid-input when a parent is not an earlier action
   */
  constructor(nodes: readonly ActionNode[], rule: ExecutionRule = "ALWAYS") {
    this.#nodes = nodes;
    this.#rule = rule;
    this.#stages = nodes.map(() => "waiting");
    this.#states = nodes.map(({ state }) => state);
    this.#waitsFor = Uint32Array.from(nodes, ({ parents }) => parents.length);
    this.#children = childrenOf(nodes);
    this.#open = nodes.length;
    this.#resume();
  }

  /** Whether no action is left that runs or will run. */
  get isDone(): boolean {
    return this.#open === 0;
  }

  /** Hands out at most `max` actions that may begin now, as indices; each is handed out once. */
  takeReady(max: number): number[] {
    const taken: number[] = [];
    while (taken.length < max && this.#next < this.#queue.length) {
      const index = this.#queue[this.#next++]!;
      if (this.#stages[index] !== "waiting") continue;
      this.#stages[index] = "given";
      taken.push(index);
    }
    return taken;
  }

  /**
   * Tells that an action has its final state, handed out or not (a user may have skipped it). Told again, it changes
   * nothing: the first state stands.
   * @throws VigilError illegal-state for a state that is not final
   */
  finish(index: number, state: ActionState): void {
    if (!FINAL_ACTION_STATES.includes(state)) {
      throw new VigilError(
        "illegal-state",
        `action ${index} can't finish as ${state}; this is no final state`,
      );
    }
    if (this.#stages[index] === "over") return;
    if (this.#stages[index] !== "never") this.#open--;
    this.#stages[index] = "over";
    this.#states[index] = state;
    for (const child of this.#children.of(index)) {
      this.#waitsFor[child]!--;
      this.#settle(child);
    }
  }

  /** In plan order, so that parents are settled before their children. */
  #resume(): void {
    for (const [index, { state }] of this.#nodes.entries()) {
      if (state === "ONGOING" || state === "CANCELLING") this.#queue.push(index);
    }
    for (const [index, { state }] of this.#nodes.entries()) {
      if (FINAL_ACTION_STATES.includes(state)) this.finish(index, state);
      else if (this.#nodes[index]!.parents.length === 0) this.#settle(index);
    }
  }

  /** Looks again at an action that waits, after one of its parents has changed. */
  #settle(index: number): void {
    if (this.#stages[index] !== "waiting" || this.#waitsFor[index]! > 0) return;
    if (this.#states[index] !== "PENDING") return;
    if (this.#mayRun(index)) this.#queue.push(index);
    else this.#passOver(index);
  }

  #mayRun(index: number): boolean {
    const first = this.#nodes[index]!.parents[0];
    return this.#rule === "ALWAYS" || first === undefined || this.#states[first] === "FAILED";
  }

  /** What never runs never finishes, so that nothing that waits for it runs either. No recursion: chains are long. */
  #passOver(from: number): void {
    const left = [from];
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      if (this.#stages[index] !== "waiting" || this.#states[index] !== "PENDING") continue;
      this.#stages[index] = "never";
      this.#open--;
      for (const child of this.#children.of(index)) left.push(child);
    }
  }
}

interface Children {
  of(index: number): Uint32Array;
}

/** The edges the other way round: the children of node i are `list` from starts[i] to starts[i + 1]. */
function childrenOf(nodes: readonly ActionNode[]): Children {
  const starts = new Uint32Array(nodes.length + 1);
  for (const [index, { parents }] of nodes.entries()) {
    for (const parent of parents) {
      if (!(Number.isInteger(parent) && parent >= 0 && parent < index)) {
        const text = `action ${index} has the parent ${parent}; wanted the index of an action before it`;
        throw new VigilError("invalid-input", text);
      }
      starts[parent + 1]!++;
    }
  }
  for (let index = 0; index < nodes.length; index++) starts[index + 1]! += starts[index]!;
  const list = new Uint32Array(starts[nodes.length]!);
  const ends = starts.slice();
  for (const [index, { parents }] of nodes.entries()) {
    for (const parent of parents) list[ends[parent]!++] = index;
  }
  return { of: (index) => list.subarray(starts[index], starts[index + 1]) };
}
