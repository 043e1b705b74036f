import type { Lease__Output } from "@vigil/proto";

/** A lease of a run of the dummy strategy. */
export function testLease(runId: string, over: Partial<Lease__Output> = {}): Lease__Output {
  return {
    runId,
    token: "1",
    auditUuid: "3f0c8a52-6d1e-4b57-9a4c-0b2f7f6a9d11",
    auditName: "audit-1",
    auditType: "EVENT",
    goalName: "dummy",
    strategyName: "dummy",
    parametersJson: "{}",
    scopeJson: "[]",
    seed: 7,
    attempt: 1,
    eventIds: ["event-1"],
    leaseMs: 10_000,
    heartbeatMs: 2_500,
    historyJson: "",
    alone: false,
    traceParents: [],
    ...over,
  };
}
