import { VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { fromDatabaseError, violatedUnique } from "./errors.ts";

const pg = (code: string, constraint?: string) =>
  Object.assign(new Error(`error ${code}`), { code, constraint });

describe("errors of PostgreSQL", () => {
  test.each([
    ["08006", "unavailable"],
    ["53300", "unavailable"],
    ["57P01", "unavailable"],
    ["57P03", "unavailable"],
    ["25006", "unavailable"],
    ["28P01", "unavailable"],
    ["3D000", "unavailable"],
    ["58030", "unavailable"],
    ["ECONNREFUSED", "unavailable"],
    ["ECONNRESET", "unavailable"],
    ["EAI_AGAIN", "unavailable"],
    ["57014", "deadline"],
    ["55P03", "deadline"],
    ["40001", "conflict"],
    ["40P01", "conflict"],
    ["22P05", "invalid-input"],
    ["42601", "internal"],
    ["23505", "internal"],
  ])("%s is %s", (code, kind) => {
    expect(fromDatabaseError(pg(code)).kind).toBe(kind);
  });

  test.each([
    "Connection terminated unexpectedly",
    "Connection terminated due to connection timeout",
    "timeout exceeded when trying to connect",
    "Client was closed and is not queryable",
    "Client has encountered a connection error and is not queryable",
  ])("without a code: %s", (text) => {
    expect(fromDatabaseError(new Error(text)).kind).toBe("unavailable");
  });

  test("a server that gives no answer took too long", () => {
    expect(fromDatabaseError(new Error("Query read timeout")).kind).toBe("deadline");
  });

  test("a VigilError stays what it is, anything else is a bug", () => {
    const error = new VigilError("conflict", "x");
    expect(fromDatabaseError(error)).toBe(error);
    expect(fromDatabaseError(new TypeError("x")).kind).toBe("internal");
    expect(fromDatabaseError(undefined).kind).toBe("internal");
  });

  test("names the unique constraint that was violated", () => {
    expect(violatedUnique(pg("23505", "audit_name_unique"))).toBe("audit_name_unique");
    expect(violatedUnique(pg("23503", "audit_goal_id_foreign"))).toBeUndefined();
    expect(violatedUnique(null)).toBeUndefined();
  });
});
