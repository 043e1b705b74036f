import { describe, expect, it } from "vitest";
import { cluster } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

describe("dummy_with_resize", () => {
  it("plans its fixed actions, the resize after the migrations", () => {
    const { actions } = planOf(cluster({}), { strategyName: "dummy_with_resize", parameters: { para1: 2 } });
    expect(actions.map(inBrief)).toEqual([
      'nop {"message":"hello World"}',
      'nop {"message":"Welcome"}',
      'sleep {"duration":5}',
      "live b199db0c-1408-4d52-b5a5-5ca14de0ff36 compute2 > compute3",
      "live 8db1b3c1-7938-4c34-8c03-6de14b874f8f compute2 > compute3",
      'resize {"flavor":"x2","resource_id":"8db1b3c1-7938-4c34-8c03-6de14b874f8f"}',
    ]);
  });

  it("refuses what dummy refuses", () => {
    expect(() =>
      planOf(cluster({}), { strategyName: "dummy_with_resize", parameters: { para1: 11 } }),
    ).toThrow(/^invalid-input/);
  });
});
