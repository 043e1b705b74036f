/** Events as a worker sends them to state. */

import { createHash, randomUUID } from "node:crypto";

/** A new occurrence for an audit, as an edge would have published it; in the form of proto's Event. */
export function ledgerEvent(auditUuid: string) {
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
