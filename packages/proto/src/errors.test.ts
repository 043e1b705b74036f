import { type ServiceError, status } from "@grpc/grpc-js";
import { ERROR_KINDS, VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { fromServiceError, INTERNAL_ERROR_TEXT, statusOfKind, toStatus } from "./errors.ts";
import { ERROR_DETAILS_BYTES_MAX, ERROR_TEXT_CHARACTERS_MAX } from "./limits.ts";

const call = { method: "Complete", address: "127.0.0.1:1", deadlineMs: 500 };

function overTheWire(error: VigilError): VigilError {
  return fromServiceError(toStatus(error) as ServiceError, call);
}

describe("VigilError over gRPC", () => {
  test.each(ERROR_KINDS.filter((kind) => kind !== "internal"))("%s comes back as it was", (kind) => {
    const error = new VigilError(kind, `seen ${kind}, wanted müßig`, { details: { audit: "a", n: 1 } });
    expect(overTheWire(error).toData()).toEqual(error.toData());
  });

  test("an internal error keeps its kind and loses text and details", () => {
    const error = new VigilError("internal", "select * from secrets", { details: { sql: "x" } });
    expect(overTheWire(error).toData()).toEqual({ kind: "internal", message: INTERNAL_ERROR_TEXT });
  });

  test("codes are those of the error table", () => {
    expect(ERROR_KINDS.map((kind) => status[statusOfKind(kind)])).toEqual([
      "INVALID_ARGUMENT",
      "UNAUTHENTICATED",
      "PERMISSION_DENIED",
      "NOT_FOUND",
      "ABORTED",
      "FAILED_PRECONDITION",
      "RESOURCE_EXHAUSTED",
      "UNAVAILABLE",
      "DEADLINE_EXCEEDED",
      "INTERNAL",
    ]);
  });

  test("details and texts that don't fit are left out and cut", () => {
    const back = overTheWire(
      new VigilError("conflict", "x".repeat(ERROR_TEXT_CHARACTERS_MAX + 1), {
        details: { long: "y".repeat(ERROR_DETAILS_BYTES_MAX) },
      }),
    );
    expect(back.kind).toBe("conflict");
    expect(back.message).toHaveLength(ERROR_TEXT_CHARACTERS_MAX);
    expect(back.details).toBeUndefined();
  });

  test.each([
    [status.CANCELLED, "unavailable"],
    [status.UNKNOWN, "internal"],
    [status.ALREADY_EXISTS, "conflict"],
    [status.RESOURCE_EXHAUSTED, "invalid-input"],
    [status.UNIMPLEMENTED, "internal"],
  ] as const)("gRPC's own status %i is %s and names the call", (code, kind) => {
    const error = fromServiceError({ code, details: "why" } as ServiceError, call);
    expect(error.kind).toBe(kind);
    expect(error.message).toContain("Complete");
    expect(error.message).toContain("127.0.0.1:1");
  });
});
