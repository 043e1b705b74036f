import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DENIED_HOLD_MS, KeystoneHealth, PROBE_INTERVAL_MS } from "./keystone-health.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks in the background while Keystone is away", async () => {
  const health = new KeystoneHealth(async () => undefined);
  health.failed("away");
  expect(health.trouble).toBe("away");
  await vi.advanceTimersByTimeAsync(PROBE_INTERVAL_MS);
  expect(health.trouble).toBeUndefined();
});

it("a denied account stays denied for the hold, whatever the probe would say", async () => {
  const health = new KeystoneHealth(async () => undefined);
  health.failed("away");
  health.denied("no role");
  await vi.advanceTimersByTimeAsync(DENIED_HOLD_MS - 1);
  health.knewNothing();
  expect(health.trouble).toBe("no role");
  await vi.advanceTimersByTimeAsync(1);
  expect(health.trouble).toBeUndefined();
});

it("a token that could be validated ends the hold", () => {
  const health = new KeystoneHealth(async () => undefined);
  health.denied("no role");
  health.succeeded();
  expect(health.trouble).toBeUndefined();
});
