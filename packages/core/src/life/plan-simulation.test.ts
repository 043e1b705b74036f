/**
 * The life of a plan in a world of its own: the decisions of plan.ts and the graph run as state and appliers run them,
 * while appliers die, stand still and come back, calls come twice, and a user starts, skips and cancels at any time.
 * The invariants P1 to P6 of plan.ts are checked after every step; in the end everything must come to rest.
 *
 * A failure prints the seed and path with which fast-check repeats it.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActionGraph, EXECUTION_RULES, type ExecutionRule } from "./action-graph.ts";
import {
  type ActionEndState,
  type ActionView,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  holdsPlan,
  type LivePlanState,
  type PlanView,
  wasEndedBy,
} from "./plan.ts";
import { type ActionNode, type ActionState, FINAL_ACTION_STATES } from "./plan-terms.ts";

const APPLIERS = 2;
/** Both bear one name, as twins of one image may: the token alone tells them apart. */
const APPLIER_ID = "host:1:x";

/** What an applier remembers of the plan that it believes to have. */
interface Memory {
  token: bigint;
  graph: ActionGraph;
  /** What it works on: taken: not begun. going: it was told GO. ending: it asked to end it so. */
  work: { index: number; stage: "taken" | "going" | "ending"; end?: ActionEndState }[];
}

class World {
  readonly rule: ExecutionRule;
  plan: PlanView = { state: "RECOMMENDED", isLaunched: false, applierId: undefined, token: 0n };
  actions: { state: ActionState; parents: readonly number[]; wasOver: ActionState | undefined }[];
  memories: (Memory | undefined)[] = Array.from({ length: APPLIERS }, () => undefined);
  /** Set by the user's cancel: nothing may begin from then on. */
  cancelled = false;

  constructor(parents: readonly (readonly number[])[], rule: ExecutionRule) {
    this.rule = rule;
    this.actions = parents.map((list) => ({ state: "PENDING", parents: list, wasOver: undefined }));
  }

  start(): void {
    if (this.plan.state === "RECOMMENDED") this.plan = { ...this.plan, state: "PENDING", isLaunched: true };
  }

  autoTrigger(): void {
    if (this.plan.state === "RECOMMENDED") this.plan = { ...this.plan, isLaunched: true };
  }

  skip(pick: number): void {
    const action = this.actions[pick % this.actions.length]!;
    const isEditable = this.plan.state === "RECOMMENDED" || this.plan.state === "PENDING";
    if (isEditable && action.state === "PENDING") action.state = "SKIPPED";
  }

  cancel(): void {
    if (this.plan.state === "ONGOING") this.plan.state = "CANCELLING";
    else if (this.plan.state === "RECOMMENDED" || this.plan.state === "PENDING") {
      this.plan.state = "CANCELLED";
      // All of them, those that the user skipped as well (rest-api 7.2): the user's word, not an applier's.
      for (const action of this.actions) Object.assign(action, { state: "CANCELLED", wasOver: undefined });
    } else return;
    this.cancelled = true;
  }

  claim(applier: number): void {
    const state = decideClaim(this.plan);
    if (state === undefined) return;
    expect(this.plan.applierId, "P1: nobody else has it").toBeUndefined();
    this.plan = { ...this.plan, state, applierId: APPLIER_ID, token: this.plan.token + 1n };
    const nodes: ActionNode[] = this.actions.map(({ state, parents }) => ({ state, parents }));
    this.memories[applier] = { token: this.plan.token, graph: new ActionGraph(nodes, this.rule), work: [] };
  }

  take(applier: number, max: number): void {
    const memory = this.memories[applier];
    if (memory)
      memory.work.push(...memory.graph.takeReady(max).map((index) => ({ index, stage: "taken" as const })));
  }

  /** `isHeard` false: the answer is lost, the applier will ask again. */
  begin(applier: number, pick: number, isHeard: boolean): void {
    const memory = this.memories[applier];
    const work = memory?.work[pick % memory.work.length];
    if (!memory || !work || work.stage !== "taken" || !this.#holds(memory)) return;
    const action = this.actions[work.index]!;
    const verdict = decideBegin(this.plan.state as LivePlanState, this.#view(work.index));
    expect(verdict, "the graph asks for nothing that may not begin").not.toBeInstanceOf(Error);
    if (verdict === "GO") {
      expect(this.cancelled, "P5: nothing begins of a cancelled plan").toBe(false);
      action.state = "ONGOING";
    }
    if (!isHeard) return;
    if (verdict === "GO") work.stage = "going";
    else this.#drop(memory, work.index, verdict === "DONE");
  }

  /** Within the lease, which the applier's own clock tells it. */
  effect(applier: number, pick: number): void {
    const memory = this.memories[applier];
    const work = memory?.work[pick % memory.work.length];
    if (!memory || work?.stage !== "going" || !this.#holds(memory)) return;
    const action = this.actions[work.index]!;
    if (action.state === "CANCELLING") return;
    expect(action.state, "P2: the intent is written, P3: it did not end").toBe("ONGOING");
    expect(this.#view(work.index).parentsAreOver, "P2: in order").toBe(true);
  }

  /** Asked for again as long as the answer is not heard, and by the next applier. */
  abort(applier: number, pick: number): void {
    const memory = this.memories[applier];
    const work = memory?.work[pick % memory.work.length];
    if (!memory || !work || work.stage === "ending" || !this.#holds(memory)) return;
    const action = this.actions[work.index]!;
    const verdict = decideAbort(this.plan.state as LivePlanState, this.#view(work.index));
    if (verdict instanceof Error) {
      const mayAbort = this.cancelled && (action.state === "ONGOING" || action.state === "CANCELLING");
      expect(mayAbort, "P6: what is under way can be aborted").toBe(false);
      return;
    }
    if (verdict === "write") action.state = "CANCELLING";
  }

  end(applier: number, pick: number, end: ActionEndState, isHeard: boolean): void {
    const memory = this.memories[applier];
    const work = memory?.work[pick % memory.work.length];
    if (!memory || !work || !this.#holds(memory)) return;
    work.end ??= end;
    const verdict = decideEndAction(this.plan.state as LivePlanState, this.#view(work.index), work.end);
    if (verdict instanceof Error) {
      // It meant what it may not do, such as a cancel that nobody asked for. Of what it ended itself it hears no such.
      expect(work.stage).not.toBe("ending");
      delete work.end;
      return;
    }
    work.stage = "ending";
    if (verdict === "write") this.actions[work.index]!.state = work.end;
    if (isHeard) this.#drop(memory, work.index, true);
  }

  /** State knows nothing of the rule ALWAYS, under which an applier must see for itself that all is done. */
  endPlan(applier: number, failure: string, isHeard: boolean): void {
    const memory = this.memories[applier];
    if (!memory) return;
    const isDone = memory.graph.isDone || this.rule === "ANY" || this.plan.state === "CANCELLING";
    if (failure === "" && !isDone) return;
    const claim = { applierId: APPLIER_ID, token: memory.token };
    if (holdsPlan(this.plan, claim)) this.#endPlan(this.plan.state, failure);
    if (isHeard && wasEndedBy(this.plan, claim)) this.memories[applier] = undefined;
  }

  #endPlan(planState: LivePlanState, failure: string): void {
    const nodes = this.actions.map(({ state, parents }) => ({ state, parents }));
    const counts = Object.groupBy(this.actions, ({ state }) => state);
    const end = decideEndPlan(planState, {
      actions: Object.fromEntries(Object.entries(counts).map(([state, list]) => [state, list.length])),
      hasReadyActions: new ActionGraph(nodes, "ANY").takeReady(1).length > 0,
      failure,
    });
    if (end instanceof Error) return;
    for (const { from, to } of end.sweeps) {
      for (const action of this.actions) if (from.includes(action.state)) action.state = to;
    }
    this.plan = { ...this.plan, state: end.state, applierId: undefined };
  }

  /** It hands the plan back, as at a drain; or state takes its lease for dead, while it may still believe in it. */
  loseLease(applier: number, forgets: boolean): void {
    const memory = this.memories[applier];
    if (memory && this.#holds(memory)) this.plan.applierId = undefined;
    if (forgets) this.memories[applier] = undefined;
  }

  /** It vanishes without a word; the sweeper finds the lease some time later. */
  crash(applier: number): void {
    this.memories[applier] = undefined;
  }

  sweep(): void {
    const isHeld = this.memories.some((memory) => memory !== undefined && this.#holds(memory));
    if (!isHeld) this.plan.applierId = undefined;
  }

  #holds(memory: Memory): boolean {
    return holdsPlan(this.plan, { applierId: APPLIER_ID, token: memory.token });
  }

  #drop(memory: Memory, index: number, isOver: boolean): void {
    memory.work = memory.work.filter((work) => work.index !== index);
    if (isOver) memory.graph.finish(index, this.actions[index]!.state);
  }

  #view(index: number): ActionView {
    const { state, parents } = this.actions[index]!;
    const parentsAreOver = parents.every((parent) =>
      FINAL_ACTION_STATES.includes(this.actions[parent]!.state),
    );
    return { uuid: `action-${index}`, state, parentsAreOver };
  }

  /** Called so often that `expect` itself would take most of the time where nothing is wrong. */
  check(): void {
    const states = this.actions.map(({ state }) => state);
    for (const action of this.actions) {
      if ((action.wasOver ?? action.state) !== action.state)
        expect(action.state, "P3: what is over stays").toBe(action.wasOver);
      if (FINAL_ACTION_STATES.includes(action.state)) action.wasOver = action.state;
    }
    const holders = this.memories.filter((memory) => memory !== undefined && this.#holds(memory));
    if (holders.length > 1) expect.fail("P1: one lease");
    const { state } = this.plan;
    if (state !== "CANCELLING" && states.includes("CANCELLING")) expect.fail("P6: nobody cancels the plan");
    if (state === "ONGOING" || state === "CANCELLING") return;
    expect(states, "P4: nothing is under way without its plan").not.toContain("ONGOING");
    if (state === "SUCCEEDED") expect(states, "P4: no success with a failure").not.toContain("FAILED");
    if (state === "CANCELLED") expect(states).not.toContain("PENDING");
  }
}

const applier = fc.nat(APPLIERS - 1);
const ends = fc.constantFrom<ActionEndState>("SUCCEEDED", "SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED");
type Step = (world: World) => void;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant((w: World) => w.start()) },
  { weight: 1, arbitrary: fc.constant((w: World) => w.autoTrigger()) },
  { weight: 1, arbitrary: fc.nat().map((p) => (w: World) => w.skip(p)) },
  { weight: 1, arbitrary: fc.constant((w: World) => w.cancel()) },
  { weight: 4, arbitrary: applier.map((a) => (w: World) => w.claim(a)) },
  {
    weight: 6,
    arbitrary: fc.tuple(applier, fc.nat(3)).map(
      ([a, n]) =>
        (w: World) =>
          w.take(a, n),
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(applier, fc.nat(), fc.boolean()).map(
      ([a, p, h]) =>
        (w: World) =>
          w.begin(a, p, h),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(applier, fc.nat()).map(
      ([a, p]) =>
        (w: World) =>
          w.effect(a, p),
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(applier, fc.nat(), ends, fc.boolean()).map(
      ([a, p, e, h]) =>
        (w: World) =>
          w.end(a, p, e, h),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(applier, fc.nat()).map(
      ([a, p]) =>
        (w: World) =>
          w.abort(a, p),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(applier, fc.constantFrom("", "", "", "no cloud"), fc.boolean()).map(
      ([a, f, h]) =>
        (w: World) =>
          w.endPlan(a, f, h),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(applier, fc.boolean()).map(
      ([a, f]) =>
        (w: World) =>
          w.loseLease(a, f),
    ),
  },
  { weight: 1, arbitrary: applier.map((a) => (w: World) => w.crash(a)) },
  { weight: 2, arbitrary: fc.constant((w: World) => w.sweep()) },
);

/** Healthy appliers bring what was started to its end. */
function settle(world: World): void {
  for (let round = 0; round < 1_000; round++) {
    world.sweep();
    world.claim(0);
    for (let applier = 0; applier < APPLIERS; applier++) {
      world.take(applier, 2);
      world.begin(applier, 0, true);
      world.effect(applier, 0);
      world.end(applier, 0, world.cancelled ? "CANCELLED" : "SUCCEEDED", true);
      world.endPlan(applier, "", true);
    }
    world.check();
    const { state, isLaunched } = world.plan;
    const isResting = state === "RECOMMENDED" && !isLaunched;
    if (isResting || ["SUCCEEDED", "FAILED", "CANCELLED"].includes(state)) return;
  }
  throw new Error(`the plan never came to rest: it is ${world.plan.state}`);
}

const graphs = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        index === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(index - 1), { maxLength: 3 }),
      ),
    ),
  );

describe("the life of a plan", () => {
  it("keeps its invariants whoever dies, stands still, or changes their mind", { timeout: 30_000 }, () => {
    const ended: Record<string, number> = {};
    fc.assert(
      fc.property(
        graphs,
        fc.constantFrom(...EXECUTION_RULES),
        fc.array(step, { maxLength: 80, size: "max" }),
        (graph, rule, steps) => {
          const world = new World(graph, rule);
          for (const next of steps) {
            next(world);
            world.check();
          }
          settle(world);
          ended[world.plan.state] = (ended[world.plan.state] ?? 0) + 1;
          const left = world.actions.filter(({ state }) => state === "PENDING");
          if (rule === "ALWAYS" && world.plan.state === "SUCCEEDED") expect(left).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
    // The world is only worth something if it really goes everywhere.
    expect(Object.keys(ended).sort()).toEqual(["CANCELLED", "FAILED", "RECOMMENDED", "SUCCEEDED"]);
  });
});
