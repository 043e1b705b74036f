import { headers as newHeaders } from "nats";
import { describe, expect, test } from "vitest";
import { decodeEvent, encodeEvent } from "./envelope.ts";
import { testEvent } from "./testing/broker.ts";

function messageOf(json: string) {
  const headers = newHeaders();
  headers.set("Vigil-Event", json);
  return { headers };
}

describe("an event in headers", () => {
  test("comes back as it was, whatever characters it has", () => {
    const event = testEvent("k", {
      auditIdent: "ünï\u0000\u007f\u2028\ud83d\ude00\r\nX: y",
      contentType: " a ",
    });
    expect(decodeEvent(encodeEvent(event))).toEqual({ form: "event", event });
  });

  test("is ASCII on the wire and has the occurrence key as message id", () => {
    const { headers, subject } = encodeEvent(testEvent("key-1", { auditIdent: "größe", auditUuid: "" }));
    expect(headers.get("Vigil-Event")).toMatch(/^[\x20-\x7e]+$/);
    expect(headers.get("Nats-Msg-Id")).toBe("key-1");
    expect(subject).toBe("vigil.events.unresolved");
  });

  test("has its trace in a header of its own, where other tools look for it", () => {
    const [edges, publishers] = [
      `00-${"a".repeat(32)}-${"1".repeat(16)}-01`,
      `00-${"a".repeat(32)}-${"2".repeat(16)}-01`,
    ];
    const message = encodeEvent(testEvent("k", { traceParent: edges }), publishers);
    expect(message.headers.get("traceparent")).toBe(publishers);
    expect(message.headers.get("Vigil-Event")).not.toContain("traceParent");
    expect(decodeEvent(message)).toEqual({
      form: "event",
      event: testEvent("k", { traceParent: publishers }),
    });
    expect(encodeEvent(testEvent("k")).headers.has("traceparent")).toBe(false);
  });

  test("of a newer form is told from a broken one", () => {
    expect(decodeEvent(messageOf('{"schema":2,"other":true}'))).toEqual({ form: "too-new", schema: 2 });
    expect(decodeEvent(messageOf('{"schema":0}')).form).toBe("invalid");
    expect(decodeEvent(messageOf('{"schema":"1"}')).form).toBe("invalid");
  });

  const broken: [string, string][] = [
    ["not JSON", "{"],
    ["an array", "[]"],
    ["null", "null"],
    ["no members", '{"schema":1}'],
    ["a number for a text", JSON.stringify({ ...testEvent("k"), auditIdent: 5 })],
    ["an empty key", JSON.stringify(testEvent(""))],
    ["a fraction for a time", JSON.stringify({ ...testEvent("k"), receivedAtMs: 1.5 })],
    ["a sender that is a list", JSON.stringify({ ...testEvent("k"), sender: [] })],
    ["a text for a boolean", JSON.stringify({ ...testEvent("k"), exact: "true" })],
  ];
  test.each(broken)("is refused with a reason: %s", (_name, json) => {
    const decoded = decodeEvent(messageOf(json));
    expect(decoded.form).toBe("invalid");
    expect(decoded).toHaveProperty("reason");
  });

  test("is refused when there is none", () => {
    expect(decodeEvent({}).form).toBe("invalid");
    expect(decodeEvent({ headers: newHeaders() }).form).toBe("invalid");
  });
});
