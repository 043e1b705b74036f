import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActionGraph, EXECUTION_RULES, type ExecutionRule } from "./action-graph.ts";
import { type ActionNode, type ActionState, FINAL_ACTION_STATES } from "./plan-terms.ts";

const pending = (...parents: number[]): ActionNode => ({ state: "PENDING", parents });
const all = Number.POSITIVE_INFINITY;

describe("the graph of actions", () => {
  it("hands out each action once, when all its parents are over, whatever became of them", () => {
    const graph = new ActionGraph([pending(), pending(), pending(0, 1), pending(2)]);
    expect(graph.takeReady(1)).toEqual([0]);
    expect(graph.takeReady(all)).toEqual([1]);
    graph.finish(1, "FAILED");
    expect(graph.takeReady(all)).toEqual([]);
    graph.finish(0, "SKIPPED");
    graph.finish(0, "SKIPPED");
    expect(graph.takeReady(all)).toEqual([2]);
    graph.finish(2, "SUCCEEDED");
    expect(graph.takeReady(all)).toEqual([3]);
    expect(graph.isDone).toBe(false);
    graph.finish(3, "SUCCEEDED");
    expect(graph.isDone).toBe(true);
  });

  it("hands out in front what an applier before has left ONGOING", () => {
    const graph = new ActionGraph([
      { state: "SUCCEEDED", parents: [] },
      pending(0),
      { state: "ONGOING", parents: [0] },
      pending(2),
    ]);
    expect(graph.takeReady(all)).toEqual([2, 1]);
    graph.finish(2, "SUCCEEDED");
    expect(graph.takeReady(all)).toEqual([3]);
  });

  it("does not hand out what a user has skipped", () => {
    const graph = new ActionGraph([pending(), { state: "SKIPPED", parents: [0] }, pending(1)]);
    expect(graph.takeReady(all)).toEqual([0, 2]);
    const late = new ActionGraph([pending()]);
    late.finish(0, "SKIPPED");
    expect(late.takeReady(all)).toEqual([]);
    expect(late.isDone).toBe(true);
  });

  it("under ANY tries the next only if the one before FAILED, and leaves the rest out", () => {
    const chain = [pending(), pending(0), pending(1), pending(2)];
    const graph = new ActionGraph(chain, "ANY");
    expect(graph.takeReady(all)).toEqual([0]);
    graph.finish(0, "FAILED");
    expect(graph.takeReady(all)).toEqual([1]);
    graph.finish(1, "SUCCEEDED");
    expect(graph.takeReady(all)).toEqual([]);
    expect(graph.isDone).toBe(true);
  });

  it("refuses parents that do not come before, and states that are not final", () => {
    for (const parent of [1, 5, -1, 0.5]) {
      expect(() => new ActionGraph([pending(), pending(parent)])).toThrow(
        "wanted the index of an action before",
      );
    }
    expect(() => new ActionGraph([pending()]).finish(0, "ONGOING")).toThrow("no final state");
  });

  it("of 100,000 actions in layers, and in one chain that nothing runs of, is worked through", () => {
    const count = 100_000;
    const layer = 2;
    const layers = Array.from({ length: count }, (_, index) => {
      const start = index - (index % layer) - layer;
      return start < 0 ? pending() : pending(start, start + 1);
    });
    const graph = new ActionGraph(layers);
    let done = 0;
    for (let taken = graph.takeReady(all); taken.length > 0; taken = graph.takeReady(all)) {
      for (const index of taken) graph.finish(index, "SUCCEEDED");
      done += taken.length;
    }
    expect(done).toBe(count);
    const chain = Array.from({ length: count }, (_, index) => (index === 0 ? pending() : pending(index - 1)));
    const unused = new ActionGraph(chain, "ANY");
    unused.finish(unused.takeReady(1)[0]!, "SUCCEEDED");
    expect(unused.isDone).toBe(true);
  });
});

/** What may begin, and what never will, by the definitions alone: everything is looked at anew each time. */
function naive(nodes: readonly ActionNode[], states: readonly ActionState[], rule: ExecutionRule) {
  const isOver = (index: number) => FINAL_ACTION_STATES.includes(states[index]!);
  const never: boolean[] = [];
  const ready: number[] = [];
  for (const [index, { parents }] of nodes.entries()) {
    const free = parents.every(isOver);
    const refused = rule === "ANY" && free && parents.length > 0 && states[parents[0]!] !== "FAILED";
    never[index] = states[index] === "PENDING" && (refused || parents.some((parent) => never[parent]));
    const left = states[index] === "ONGOING" || (states[index] === "PENDING" && free && !never[index]);
    if (left) ready.push(index);
  }
  return { ready, isDone: states.every((_, index) => isOver(index) || never[index]) };
}

const node = (index: number) =>
  fc.record({
    state: fc.constantFrom<ActionState>(
      "PENDING",
      "PENDING",
      "PENDING",
      "ONGOING",
      "SUCCEEDED",
      "FAILED",
      "SKIPPED",
    ),
    parents: index === 0 ? fc.constant([]) : fc.array(fc.nat(index - 1), { maxLength: 4 }),
  });
const nodesOf = fc
  .nat(12)
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => node(index))));
const finals = fc.constantFrom<ActionState>("SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED");

describe("the graph of actions, against a naive one", () => {
  it("agrees whatever it begins with and however its actions end", () => {
    fc.assert(
      fc.property(
        nodesOf,
        fc.constantFrom(...EXECUTION_RULES),
        fc.array(fc.tuple(fc.nat(), finals, fc.nat(3)), { maxLength: 30 }),
        (nodes, rule, steps) => {
          const graph = new ActionGraph(nodes, rule);
          const states: ActionState[] = nodes.map(({ state }) => state);
          const given = new Set<number>();
          const take = (max: number) => {
            for (const index of graph.takeReady(max)) {
              expect(given.has(index), "handed out once").toBe(false);
              expect(naive(nodes, states, rule).ready).toContain(index);
              given.add(index);
              states[index] = "ONGOING";
            }
          };
          for (const [pick, state, max] of steps) {
            take(max);
            const open = [...given].filter((index) => states[index] === "ONGOING");
            if (open.length === 0) continue;
            const index = open[pick % open.length]!;
            states[index] = state;
            graph.finish(index, state);
            expect(graph.isDone).toBe(naive(nodes, states, rule).isDone);
          }
          take(all);
          expect(
            naive(nodes, states, rule).ready.every((index) => given.has(index)),
            "nothing forgotten",
          ).toBe(true);
          expect(graph.isDone).toBe(naive(nodes, states, rule).isDone);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
