import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSegments, readTarget } from "./target.ts";

describe("path of a request", () => {
  it.each([
    ["/v1/goals", "/v1/goals", "", false],
    ["/v1/goals/", "/v1/goals", "", false],
    ["/v1/goals/?limit=2", "/v1/goals", "limit=2", false],
    ["//v1/goals", "/v1/goals", "", false],
    ["/v1//goals/dummy", "/v1/goals/dummy", "", false],
    ["//v1//webhooks///x//", "/v1/webhooks/x", "", false],
    ["/goals/dummy", "/v1/goals/dummy", "", true],
    ["/v2/goals", "/v1/v2/goals", "", true],
    ["/webhooks/x", "/v1/webhooks/x", "", true],
    ["/v1", "/v1", "", false],
    ["/v1/", "/v1", "", false],
    ["/", "/", "", false],
    ["", "/", "", false],
    ["//", "/", "", false],
    ["/?a=1", "/", "a=1", false],
    ["/healthz", "/healthz", "", false],
    ["/trpc/audits.get?batch=1", "/trpc/audits.get", "batch=1", false],
    ["/trpcs", "/v1/trpcs", "", true],
    ["http://host:9322/v1/goals?x=/a//b", "/v1/goals", "x=/a//b", false],
    ["/v1/audits/a%2Fb", "/v1/audits/a%2Fb", "", false],
  ])("%s is %s", (url, path, query, aliased) => {
    expect(readTarget(url)).toEqual({ path, query, aliased });
  });

  it("is the same however many slashes it has, and normalising twice changes nothing", () => {
    const segment = fc.stringMatching(/^[a-z0-9%.:~-]{1,8}$/);
    const slashes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), slashes, (segments, counts) => {
        const plain = readTarget(`/${segments.join("/")}`);
        const messy = segments.map((part, index) => "/".repeat(counts[index] ?? 1) + part).join("");
        expect(readTarget(messy + "/".repeat(counts[5] ?? 1)).path).toBe(plain.path);
        expect(readTarget(plain.path).path).toBe(plain.path);
      }),
    );
  });

  it("is decoded by segment, so that an encoded slash stays in its name", () => {
    expect(decodeSegments("/v1/audits/my%20at%2Fname")).toEqual(["v1", "audits", "my at/name"]);
    expect(decodeSegments("/v1/audits/%zz")).toBeUndefined();
  });
});
