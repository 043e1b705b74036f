import { describe, expect, it } from "vitest";
import type { ComputeResult } from "../../compute.ts";
import { cluster } from "../../testing/clusters.ts";
import { computeOn } from "../../testing/plans.ts";

function run(parameters: Record<string, string | number>): ComputeResult {
  return computeOn(cluster({}), { strategyName: "dummy", parameters });
}

describe("dummy", () => {
  it("collapses two equal messages into one action", () => {
    const result = run({ para2: "hello World", para1: 10 });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.plan.actions.map(({ inputParameters }) => inputParameters)).toEqual([
      { message: "hello World" },
      { duration: 10 },
    ]);
  });

  it("refuses a wait outside 1 to 10.2 s", () => {
    expect(run({ para1: 0.9 })).toMatchObject({ ok: false, error: { kind: "invalid-input" } });
  });
});
