/** The example strategy keeps the rules that every strategy keeps. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../../packages/core/src/model/open.ts";
import { Overlay } from "../../packages/core/src/model/overlay.ts";
import type { ClusterModelSource } from "../../packages/core/src/model/source.ts";
import { DEFAULT_OPTIONS } from "../../packages/core/src/options/options.ts";
import { createRandom } from "../../packages/core/src/random.ts";
import { NO_HISTORY } from "../../packages/core/src/strategies/history.ts";
import type { Solution } from "../../packages/core/src/strategies/solution.ts";
import { faultsOf } from "../../packages/core/src/testing/checker.ts";
import { anyCluster, cluster, instance, node, snapshotOf } from "../../packages/core/src/testing/clusters.ts";
import { EVEN_SPREAD } from "./even-spread.ts";

function solve(source: ClusterModelSource, movesMax = 10): { solution: Solution; counts: number[] } {
  const overlay = new Overlay(openSnapshot(snapshotOf(source)));
  const solution = EVEN_SPREAD.execute({
    overlay,
    parameters: { moves_max: movesMax },
    options: DEFAULT_OPTIONS,
    history: NO_HISTORY,
    random: createRandom(1),
    auditType: "ONESHOT",
    storage: null,
    baremetal: null,
  });
  return { solution, counts: [...overlay.instancesOn] };
}

const FOUR_ON_A = ["1", "2", "3", "4"].map((uuid) => instance(uuid, 0));

describe("even_spread", () => {
  it("evens out, and says what it moved", () => {
    const { solution, counts } = solve(cluster({ nodes: [node("a"), node("b")], instances: FOUR_ON_A }));
    expect(counts).toEqual([2, 2]);
    expect(solution.explanation).toMatchObject({
      summary: "2 instances move to emptier nodes.",
      moved: { count: 2, first: [{ instance: "1", from: "host-a", to: "host-b" }, { instance: "2" }] },
    });
  });

  it("stops at moves_max", () => {
    const source = cluster({ nodes: [node("a"), node("b")], instances: FOUR_ON_A });
    expect(solve(source, 1).counts).toEqual([3, 1]);
  });

  it("says why an instance stays", () => {
    const instances = FOUR_ON_A.map((one) => ({ ...one, locked: true }));
    const { solution } = solve(cluster({ nodes: [node("a"), node("b")], instances }));
    expect(solution.actions).toEqual([]);
    expect(solution.explanation.stays).toMatchObject({ count: 4, byReason: { locked: 4 } });
  });

  it("is sound on random clusters", () => {
    let moves = 0;
    fc.assert(
      fc.property(anyCluster, (source) => {
        const { solution } = solve(source);
        expect(faultsOf(source, solution.actions)).toEqual([]);
        moves += solution.actions.length;
      }),
      { numRuns: 300 },
    );
    expect(moves).toBeGreaterThan(50);
  });
});
