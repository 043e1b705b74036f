import { ERROR_KINDS, VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { afterFailure, redeliveryDelayMs } from "./redelivery.ts";

describe("after a failed handler", () => {
  test("an outage never ends in a dead letter, however long", () => {
    for (const kind of ["unavailable", "deadline", "overloaded", "conflict", "unauthenticated"] as const) {
      expect(afterFailure(new VigilError(kind, "x"), 1_000_000).what).toBe("retry");
    }
  });

  test("a bug is tried often, then stored away", () => {
    const bug = new VigilError("internal", "x");
    expect(afterFailure(bug, 49)).toEqual({ what: "retry", delayMs: 30_000 });
    expect(afterFailure(bug, 50)).toEqual({ what: "dead-letter" });
  });

  test("what no repetition can help is stored away at once", () => {
    for (const kind of ["invalid-input", "not-found", "illegal-state"] as const) {
      expect(afterFailure(new VigilError(kind, "x"), 1)).toEqual({ what: "dead-letter" });
    }
  });

  test("every kind has an answer", () => {
    for (const kind of ERROR_KINDS) expect(afterFailure(new VigilError(kind, "x"), 1)).toBeDefined();
  });

  test("delays double and are bounded", () => {
    expect([1, 2, 3, 7, 8, 60].map(redeliveryDelayMs)).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000]);
  });
});
