import { describe, expect, it } from "vitest";
import { computePlan } from "./compute.ts";
import { encodeSnapshot } from "./model/encode.ts";

export function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

describe("computePlan", () => {
  it("plans dummy's actions in layers", () => {
    const snapshot = shared(
      encodeSnapshot({ takenAt: null, nodes: [], instances: [], aggregates: [], metrics: [] }),
    );
    const result = computePlan({
      snapshot,
      goalName: "dummy",
      strategyName: "",
      parameters: { para2: "héllo" },
      scope: [],
      auditType: "EVENT",
      seed: 1,
    });
    expect(result).toEqual({
      ok: true,
      plan: {
        strategyName: "dummy",
        strategyVersion: "1",
        actions: [
          { actionType: "nop", inputParameters: { message: "hello World" }, parents: [] },
          { actionType: "nop", inputParameters: { message: "héllo" }, parents: [0] },
          { actionType: "sleep", inputParameters: { duration: 3.2 }, parents: [1] },
        ],
        efficacyIndicators: [],
        globalEfficacy: [],
        explanation: { summary: "Fixed actions; the model is not looked at." },
      },
    });
  });
});
