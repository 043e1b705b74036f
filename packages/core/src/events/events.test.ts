import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DUPLICATE_WINDOW_MS, EXACT_HORIZON_MS } from "../life/ingest.ts";
import { AUDIT_STATES } from "../life/terms.ts";
import { readAlarmBody } from "./alarm-body.ts";
import { type ClockReading, identifyOccurrence, type OccurrenceInput } from "./occurrence.ts";
import { triggerRefusal } from "./trigger.ts";

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const bytesOf = (text: string) => new TextEncoder().encode(text);

const THRESHOLD = {
  alarm_name: "rack7-hot",
  alarm_id: "6d4c0e1e-0000-4000-8000-000000000000",
  severity: "critical",
  previous: "ok",
  current: "alarm",
  reason: "Transition to alarm due to 3 samples outside threshold",
  reason_data: { type: "threshold", disposition: "outside", count: 3, most_recent: 91.25 },
};
const EVENT = {
  ...THRESHOLD,
  reason_data: { type: "event", event: { message_id: "m-1", event_type: "compute.host.down" } },
};
const COMPOSITE = {
  ...THRESHOLD,
  reason_data: { type: "composite", composition_form: "(rule1 or rule2)", causative_rules: {} },
};
const LOAD_BALANCER = {
  ...THRESHOLD,
  reason_data: { type: "loadbalancer_member_health", count: 1, unhealthy_members: [{ id: "x" }] },
};

describe("body of an alarm", () => {
  it.each([
    ["threshold", THRESHOLD],
    ["event", EVENT],
    ["composite", COMPOSITE],
    ["load balancer", LOAD_BALANCER],
  ])("%s alarms are Aodh's, in every state", (_name, body) => {
    for (const current of ["ok", "alarm", "insufficient data"]) {
      const read = readAlarmBody(bytesOf(JSON.stringify({ ...body, current })));
      expect(read).toMatchObject({ format: "aodh", parse: "ok", current });
    }
  });

  it.each([
    ["NaN", "repaired"],
    ["-Infinity", "repaired"],
    ["Infinity", "repaired"],
    ['"NaN"', "ok"],
    ["null", "ok"],
  ])("a most recent value of %s is %s", (value, parse) => {
    const text = JSON.stringify(THRESHOLD).replace("91.25", value);
    expect(readAlarmBody(bytesOf(text))).toMatchObject({ format: "aodh", parse, current: "alarm" });
  });

  it.each([
    ["nothing", "", "empty"],
    ["an object", "{}", "ok"],
    ["a list", "[]", "ok"],
    ["null", "null", "ok"],
    ["a number", "5", "ok"],
    ["broken JSON", '{"alarm_id": ', "failed"],
    ["a bare NaN", "NaN", "repaired"],
    ["NaN in broken JSON", "{NaN", "failed"],
    ["members of other types", '{"alarm_id": 5, "current": {}}', "ok"],
    ["a state that nobody could store", JSON.stringify({ ...THRESHOLD, current: "al\0arm" }), "ok"],
    ["a state without end", JSON.stringify({ ...THRESHOLD, current: "x".repeat(65) }), "ok"],
    ["deep nesting", "[".repeat(500_000), "failed"],
  ])("%s is generic and counts as an alarm", (_name, text, parse) => {
    expect(readAlarmBody(bytesOf(text))).toEqual({
      format: "generic",
      parse,
      current: "alarm",
      aodh: undefined,
    });
  });

  it("bytes that are no UTF-8 are kept for what they are", () => {
    expect(readAlarmBody(new Uint8Array([0xff, 0xfe, 0x7b])).parse).toBe("failed");
  });
});

describe("same occurrence", () => {
  const HOUR_MS = 3_600_000;
  /** Noon of some day. */
  const T0 = 1_000 * EXACT_HORIZON_MS + 12 * HOUR_MS;
  /** Of a post this long after the first one, at a process whose wall clock was stepped by so much. */
  const clockAfter = (ms: number, steppedMs = 0, processId = "p"): ClockReading => ({
    processId,
    wallMs: T0 + ms + steppedMs,
    steadyMs: T0 + ms,
  });
  const identify = (body: unknown, over: Partial<OccurrenceInput> = {}) => {
    const bytes = bytesOf(typeof body === "string" ? body : JSON.stringify(body));
    const input = {
      audit: "audit-1",
      body: readAlarmBody(bytes),
      bytes,
      requestId: "",
      idempotencyKey: "",
      userId: "",
      clock: clockAfter(0),
      nonce: "nonce-1",
      ...over,
    };
    return identifyOccurrence(input, sha256);
  };

  it("an event alarm is its event, whatever the request id, the time and the words around it", () => {
    const one = identify(EVENT, { requestId: "req-1" });
    expect(one.exact).toBe(true);
    const later = { requestId: "req-2", clock: clockAfter(HOUR_MS), nonce: "nonce-2" };
    expect(identify({ ...EVENT, previous: "alarm", reason: "other words" }, later)).toEqual(one);
    const event = { ...EVENT.reason_data.event, message_id: "m-2" };
    const others = [
      identify({ ...EVENT, reason_data: { ...EVENT.reason_data, event } }),
      identify({ ...EVENT, current: "ok" }),
      identify({ ...EVENT, alarm_id: "another" }),
      identify(EVENT, { audit: "audit-2" }),
    ];
    expect(new Set([one, ...others].map((other) => other.occurrenceKey)).size).toBe(5);
  });

  it("another Aodh alarm is its telling members, within a bucket of time in the key", () => {
    const one = identify(THRESHOLD, { requestId: "req-1" });
    expect(one.exact).toBe(false);
    // The notifier's redelivery: new request id; members in another order, a renamed alarm.
    const { alarm_id, ...rest } = THRESHOLD;
    const again = identify({ ...rest, alarm_name: "renamed", alarm_id }, { requestId: "req-2", nonce: "n" });
    expect(again).toEqual(one);
    const nextBucket = identify(THRESHOLD, { clock: clockAfter(DUPLICATE_WINDOW_MS) });
    expect(nextBucket.baseHash).toBe(one.baseHash);
    expect(nextBucket.occurrenceKey).not.toBe(one.occurrenceKey);
    const other = { ...THRESHOLD, reason_data: { ...THRESHOLD.reason_data, most_recent: 92 } };
    expect(identify(other).baseHash).not.toBe(one.baseHash);
    expect(identify({ ...THRESHOLD, previous: "alarm" }).baseHash).not.toBe(one.baseHash);
  });

  it.each([
    ["an event alarm", EVENT, {}],
    ["another alarm", THRESHOLD, {}],
    ["an idempotency key", "{}", { idempotencyKey: "order-17" }],
    ["a request id with its body", "{}", { requestId: "req-1" }],
  ])("%s has one base hash under all names of its audit, and an id for each", (_name, body, over) => {
    const [byUuid, byName] = [identify(body, over), identify(body, { ...over, audit: "name of audit-1" })];
    expect(byName.baseHash).toBe(byUuid.baseHash);
    expect(byName.occurrenceKey).not.toBe(byUuid.occurrenceKey);
    expect(byName.eventId).not.toBe(byUuid.eventId);
  });

  it("a clock that shows an hour twice does not make two alarms one", () => {
    const keyAt = (clock: ClockReading) => identify(THRESHOLD, { clock }).occurrenceKey;
    expect(keyAt(clockAfter(DUPLICATE_WINDOW_MS - 1))).toBe(keyAt(clockAfter(0)));
    const others = [
      clockAfter(HOUR_MS, -HOUR_MS),
      clockAfter(HOUR_MS),
      clockAfter(0, HOUR_MS),
      // Started again after the step, so that both its clocks show the hour again.
      clockAfter(0, 0, "after a restart"),
      // Suspended for an hour: its steady clock stood still.
      { processId: "p", wallMs: T0 + HOUR_MS, steadyMs: T0 },
    ];
    expect(others.map(keyAt)).not.toContain(keyAt(clockAfter(0)));
  });

  it.each([
    ["an idempotency key", "{}", { idempotencyKey: "daily-check" }],
    ["an event", EVENT, {}],
    ["a request id with its body", "{}", { requestId: "req-1" }],
  ])("%s names an occurrence of its day: a sender that uses it daily is heard daily", (_name, body, over) => {
    const at = (clock: ClockReading) => identify(body, { ...over, clock });
    const one = at(clockAfter(0));
    // At another edge, or after a restart.
    expect(at(clockAfter(HOUR_MS, 0, "q"))).toEqual(one);
    const others = [
      clockAfter(EXACT_HORIZON_MS),
      // Set back by a day, so that its wall clock shows this one again.
      clockAfter(EXACT_HORIZON_MS, -EXACT_HORIZON_MS),
      { processId: "p", wallMs: T0 + EXACT_HORIZON_MS, steadyMs: T0 },
    ].map(at);
    for (const other of others) {
      expect(other.eventId).not.toBe(one.eventId);
      // By which the ledger finds a repetition on the other side of midnight.
      expect(other).toMatchObject({ baseHash: one.baseHash, exact: true });
    }
  });

  it("a body without identity is new each time, even in the same millisecond", () => {
    for (const body of ["{}", "", "[]", "not json"]) {
      const [one, two] = [identify(body), identify(body, { nonce: "nonce-2" })];
      expect(one.occurrenceKey).not.toBe(two.occurrenceKey);
      expect(one.baseHash).not.toBe(two.baseHash);
    }
  });

  it("a request id counts together with an equal body only", () => {
    const one = identify("{}", { requestId: "req-1" });
    const later = { clock: clockAfter(60_000), nonce: "nonce-2" };
    expect(identify("{}", { requestId: "req-1", ...later })).toEqual(one);
    expect(one.exact).toBe(true);
    expect(identify("{ }", { requestId: "req-1" }).baseHash).not.toBe(one.baseHash);
    expect(identify("{}", { requestId: "req-2" }).baseHash).not.toBe(one.baseHash);
  });

  it("an idempotency key is the sender's own word", () => {
    const key = { idempotencyKey: "order-17", userId: "u" };
    const one = identify("{}", key);
    expect(one.exact).toBe(true);
    expect(identify(THRESHOLD, { ...key, clock: clockAfter(60_000), requestId: "req-1" })).toEqual(one);
    expect(identify("{}", { ...key, userId: "other" }).baseHash).not.toBe(one.baseHash);
    for (const idempotencyKey of ["", "a b", "ü", "x".repeat(256)]) {
      expect(identify(THRESHOLD, { idempotencyKey })).toEqual(identify(THRESHOLD));
    }
  });

  it("the event's id is a UUID that follows from the key", () => {
    const { eventId, occurrenceKey } = identify(EVENT);
    expect(eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventId.slice(0, 8)).toBe(occurrenceKey.slice(0, 8));
  });
});

describe("may this audit be triggered", () => {
  const accepted = (eventMode: "coalesce" | "strict") =>
    AUDIT_STATES.filter((state) => triggerRefusal({ type: "EVENT", state }, eventMode) === undefined);

  it("coalesce takes events during a run and after a failure, strict as Watcher does", () => {
    expect(accepted("coalesce")).toEqual(["PENDING", "ONGOING", "SUCCEEDED", "FAILED"]);
    expect(accepted("strict")).toEqual(["PENDING", "SUCCEEDED"]);
  });

  it("says why not in Watcher's words", () => {
    expect(triggerRefusal({ type: "ONESHOT", state: "PENDING" }, "coalesce")).toBe(
      "Audit type ONESHOT is disallowed.",
    );
    expect(triggerRefusal({ type: "EVENT", state: "CANCELLED" }, "coalesce")).toBe(
      "Audit state CANCELLED is disallowed.",
    );
    expect(triggerRefusal({ type: "EVENT", state: "HIBERNATING" }, "strict")).toBeUndefined();
  });
});
