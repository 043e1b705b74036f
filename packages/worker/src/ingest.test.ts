import type { PoisonMessage } from "@vigil/bus";
import { expect, test } from "vitest";
import { poisonEvent } from "./ingest.ts";

function poison(over: Partial<PoisonMessage> = {}): PoisonMessage {
  const place = { sequence: 12, timeMs: 1_700_000_000_000, redelivered: false, subject: "vigil.events.x" };
  return { ...place, occurrenceKey: "", event: undefined, body: new Uint8Array([1]), ...over };
}

test("a message that can't be handled becomes an event that state takes, the same one each time", () => {
  const event = poisonEvent(poison(), "no header");
  expect(event.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(event.occurrenceKey).toMatch(/^[0-9a-f]{64}$/);
  expect(event.auditIdent).toContain("no header");
  expect(event.auditUuid).toBe("");
  expect(poisonEvent(poison(), "another reason").eventId).toBe(event.eventId);
  expect(poisonEvent(poison({ sequence: 13 }), "no header").eventId).not.toBe(event.eventId);
  expect(poisonEvent(poison({ timeMs: 1 }), "no header").eventId).not.toBe(event.eventId);
});

test("a message whose event can be read keeps that event's id", () => {
  const eventId = "10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26";
  const event = { eventId, sender: {} } as PoisonMessage["event"];
  expect(poisonEvent(poison({ event }), "refused").eventId).toBe(eventId);
  // The second looks like a UUID, and is of no version: state takes no such event.
  for (const id of ["x", "10f40b96-0bcb-0bd9-8aa4-1b3a4a9d1e26"]) {
    const odd = { eventId: id, sender: {} } as PoisonMessage["event"];
    expect(poisonEvent(poison({ event: odd }), "refused").eventId).toBe(poisonEvent(poison(), "").eventId);
  }
});

test("a long reason is cut to what state takes", () => {
  expect(poisonEvent(poison(), "x".repeat(5_000)).auditIdent).toHaveLength(1_024);
});
