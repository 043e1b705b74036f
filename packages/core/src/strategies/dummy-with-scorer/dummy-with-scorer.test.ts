import { describe, expect, it } from "vitest";
import { cluster } from "../../testing/clusters.ts";
import { planOf } from "../../testing/plans.ts";

function messages(seed: number): unknown[] {
  const { actions } = planOf(cluster({}), { strategyName: "dummy_with_scorer", seed });
  expect(actions.map(({ actionType }) => actionType)).toEqual(["nop", "nop", "nop", "sleep"]);
  expect(actions[3]?.inputParameters).toEqual({ duration: 5 });
  return actions.slice(0, 3).map(({ inputParameters }) => inputParameters.message);
}

describe("dummy_with_scorer", () => {
  it("puts the scores into messages", () => {
    for (let seed = 0; seed < 50; seed++) {
      const [greeting, workload, average] = messages(seed);
      expect(greeting).toBe("Hello from Dummy Strategy with Scorer!");
      expect(workload).toMatch(/^Detected Workload: (idle|cpu-intensive|memory-intensive|disk-intensive)$/);
      const mean = Number(/^AVG Scorer result: (.*)$/.exec(String(average))?.[1]);
      // 20 different integers: the smallest sum is that of 0 to 19.
      expect(mean).toBeGreaterThanOrEqual(9.5);
      expect(mean).toBeLessThanOrEqual(989.5);
    }
  });

  it("depends on the seed and on nothing else", () => {
    expect(messages(7)).toEqual(messages(7));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => messages(seed).join())).size).toBeGreaterThan(15);
  });
});
