/** Messages as a worker sends them to state. */

import { createHash, randomUUID } from "node:crypto";
import type { CompleteRequest, Event } from "@vigil/proto";

/** A new occurrence for an audit, as the edge would have published it. */
export function event(auditUuid: string): Event {
  const key = createHash("sha256").update(randomUUID()).digest("hex");
  return {
    eventId: randomUUID(),
    auditUuid,
    auditIdent: auditUuid,
    occurrenceKey: key,
    baseHash: key,
    exact: true,
    receivedAtMs: String(Date.now()),
    streamSequence: "0",
    streamTimeMs: String(Date.now()),
    requestId: "",
    format: "generic",
    bodyParse: "ok",
    current: "alarm",
    body: Buffer.from("{}"),
    senderJson: "{}",
  };
}

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
