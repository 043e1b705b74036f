import { VigilError } from "@vigil/core";
import { expect, test } from "vitest";
import { endedThread } from "./ended-thread.ts";
import { runFailure } from "./run-failure.ts";

test("what cut computing off is tried again, alone", () => {
  expect(runFailure(endedThread("deadline", "took too long"), "computing")).toEqual({
    kind: "deadline",
    message: "took too long",
    retryable: true,
    endedThread: true,
    modelMissing: false,
  });
});

test("what fails in computing fails again, unless it was for want of memory", () => {
  const retryable = (kind: "deadline" | "internal" | "invalid-input" | "overloaded") =>
    runFailure(new VigilError(kind, "x"), "computing").retryable;
  expect(retryable("internal")).toBe(false);
  expect(retryable("deadline")).toBe(false);
  expect(retryable("invalid-input")).toBe(false);
  expect(retryable("overloaded")).toBe(true);
});

test("a snapshot that can't be fetched may be there later, one that never was may not", () => {
  const retryable = (kind: "deadline" | "unavailable" | "illegal-state" | "not-found") =>
    runFailure(new VigilError(kind, "x"), "snapshot").retryable;
  expect(retryable("deadline")).toBe(true);
  expect(retryable("unavailable")).toBe(true);
  expect(retryable("illegal-state")).toBe(false);
  expect(retryable("not-found")).toBe(true);
});

test("of a model that nobody names state decides whether it comes back", () => {
  const missing = (phase: "snapshot" | "computing") =>
    runFailure(new VigilError("illegal-state", "x"), phase).modelMissing;
  expect(missing("snapshot")).toBe(true);
  expect(missing("computing")).toBe(false);
});

test("kind and message go along; what is no VigilError is a bug", () => {
  expect(runFailure(new TypeError("x is undefined"), "computing")).toEqual({
    kind: "internal",
    message: "x is undefined",
    retryable: false,
    endedThread: false,
    modelMissing: false,
  });
});
