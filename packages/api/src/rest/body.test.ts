import { describe, expect, test } from "vitest";
import { readJsonBody } from "./body.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, type: string | undefined) => readJsonBody(bytes(text), type, "audit_p");

describe("rest-api 1.3 bodies and content types", () => {
  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])(
    "%s is parsed",
    (type) => {
      expect(read('{"name": "ü"}', type)).toEqual({ name: "ü" });
    },
  );

  test.each([
    "text/plain",
    "application/octet-stream",
    "application/json-patch+json",
    "application/vnd.openstack.watcher.v1+json",
    "application/xml",
  ])("%s is 415", (type) => {
    expect(() => read("{}", type)).toThrow(
      expect.objectContaining({ status: 415, message: `Unknown mimetype: ${type}` }),
    );
  });

  test.each([
    ["no content type", undefined, '{"a": 1}', '{"a": 1}'],
    ["a form", "application/x-www-form-urlencoded", "goal=dummy&x=1", "goal"],
  ])("%s is an unknown argument", (_case, type, body, shown) => {
    expect(() => read(body, type)).toThrow(
      expect.objectContaining({ kind: "invalid-input", message: `Unknown argument: "${shown}"` }),
    );
  });

  test.each(["{", "nope", "{'a': 1}", '{"a": NaN}', " "])("%j is not JSON", (body) => {
    expect(() => read(body, "application/json")).toThrow(
      expect.objectContaining({ kind: "invalid-input", message: "Request is not in valid JSON format" }),
    );
  });

  test("bytes that are not UTF-8 are not JSON", () => {
    const body = Uint8Array.of(0x22, 0xff, 0x22);
    expect(() => readJsonBody(body, "application/json", "audit_p")).toThrow("not in valid JSON format");
  });

  test.each([undefined, new Uint8Array(0)])("an absent or empty body is a missing argument", (body) => {
    expect(() => readJsonBody(body, "application/json", "audit_p")).toThrow('Missing argument: "audit_p"');
    expect(() => readJsonBody(body, undefined, "patch")).toThrow('Missing argument: "patch"');
  });
});
