import type { PatchOperation } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { withInstants } from "./audit-patch.ts";

describe("rest-api 6.6 times in patches of audits", () => {
  test("every one becomes an instant in UTC, not only the first", () => {
    const operations: PatchOperation[] = [
      { op: "replace", path: "/name", value: "2027-01-01" },
      { op: "replace", path: "/start_time", value: "2027-01-01 10:00:00+02:00" },
      { op: "add", path: "/end_time", value: "2027-01-02T10:00:00.5Z" },
    ];
    expect(withInstants(operations)).toEqual([
      operations[0],
      { op: "replace", path: "/start_time", value: "2027-01-01T08:00:00.000000+00:00" },
      { op: "add", path: "/end_time", value: "2027-01-02T10:00:00.500000+00:00" },
    ]);
  });

  test("null and remove take a time away", () => {
    const operations: PatchOperation[] = [
      { op: "replace", path: "/start_time", value: null },
      { op: "remove", path: "/end_time" },
    ];
    expect(withInstants(operations)).toEqual(operations);
  });

  test.each(["tomorrow", "", "2027-02-30", 5, {}, []])("%j is refused", (value) => {
    expect(() => withInstants([{ op: "replace", path: "/end_time", value }])).toThrow(
      "Invalid input for field/attribute end_time.",
    );
  });
});
