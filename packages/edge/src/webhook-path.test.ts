import { VigilError } from "@vigil/core";
import { httpStatusOf } from "@vigil/http";
import { expect, it } from "vitest";
import { bodyBytesMax, DEFAULT_EDGE_LIMITS } from "./limits.ts";
import { auditIdent, isWebhookPath } from "./webhook-path.ts";

it("names the audit, decoded", () => {
  expect(auditIdent("POST", "/v1/webhooks/10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26")).toBe(
    "10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26",
  );
  expect(auditIdent("POST", "/v1/webhooks/my%20at%2Fname")).toBe("my at/name");
  expect(auditIdent("POST", "/v1/webhooks/17")).toBe("17");
});

it.each([
  ["GET", "/v1/webhooks/x", 405, "POST"],
  ["PUT", "/v1/webhooks", 405, "POST"],
  ["POST", "/v1/webhooks", 400, 'Missing argument: "audit_ident"'],
  ["POST", "/v1/webhooks/x/y", 404, "404 Not Found"],
  ["POST", "/v1/webhooks/%zz", 404, "Audit %zz could not be found"],
  ["POST", `/v1/webhooks/${"x".repeat(256)}`, 404, "xxx... could not be found"],
])("%s %s is refused with %i", (method, path, status, text) => {
  try {
    auditIdent(method, path);
  } catch (error) {
    expect(error).toBeInstanceOf(VigilError);
    expect(httpStatusOf(error as VigilError)).toBe(status);
    expect((error as VigilError).message).toContain(text);
    return;
  }
  throw new Error("accepted");
});

it("handles its own path and what lies below, nothing else", () => {
  expect(["/v1/webhooks", "/v1/webhooks/x", "/v1/webhooks/x/y"].every(isWebhookPath)).toBe(true);
  expect(["/v1", "/v1/webhooksx", "/v1/audits"].some(isWebhookPath)).toBe(false);
});

it("takes no body that the broker would refuse", () => {
  expect(bodyBytesMax(DEFAULT_EDGE_LIMITS, undefined)).toBe(1024 * 1024);
  expect(bodyBytesMax(DEFAULT_EDGE_LIMITS, 2 * 1024 * 1024)).toBe(1024 * 1024);
  expect(bodyBytesMax(DEFAULT_EDGE_LIMITS, 1024 * 1024)).toBe(1024 * 1024 - 16 * 1024);
  expect(bodyBytesMax(DEFAULT_EDGE_LIMITS, 1024)).toBe(0);
});
