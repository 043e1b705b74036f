/** Results as a worker sends them to state. */

import type { CompleteRequest } from "@vigil/proto";

/** A small plan: `actions` sleeps in a chain. */
export function plan(actions = 2): NonNullable<CompleteRequest["plan"]> {
  return {
    snapshotHash: "0".repeat(64),
    strategyName: "dummy",
    strategyVersion: "1",
    actions: Array.from({ length: actions }, (_, index) => ({
      actionType: "sleep",
      inputParametersJson: JSON.stringify({ duration: index }),
      parents: index === 0 ? [] : [index - 1],
    })),
    efficacyIndicators: [],
    globalEfficacyJson: "[]",
    explanationJson: "{}",
    computeMs: 1,
  };
}
