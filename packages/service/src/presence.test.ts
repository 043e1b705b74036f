import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLogger } from "./logger.ts";
import { type ProcessReport, startPresence } from "./presence.ts";

const WHO = {
  instance: "i",
  host: "h",
  version: "1",
  startedAt: "2026-01-01T00:00:00Z",
  facts: { cores: 2 },
};
const logger = createLogger({ role: "worker", level: "silent" });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("reports at once, soon again what the answer told of the clocks, then each minute, and says good-bye", async () => {
  const told: ProcessReport[] = [];
  const presence = startPresence(
    "worker",
    WHO,
    async (report) => {
      told.push(report);
      return { clockMs: String(Date.now() - 90_000) };
    },
    logger,
  );
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toMatchObject([
    { role: "worker", factsJson: '{"cores":2}', clockAheadMs: 0, isLast: false },
    { clockAheadMs: 90_000 },
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toHaveLength(3);
  await presence.stop();
  expect(told.at(-1)).toMatchObject({ isLast: true });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(told).toHaveLength(4);
});

test("tries again soon what failed, and stops without waiting for an answer that does not come", async () => {
  const report = vi
    .fn<() => Promise<object>>()
    .mockRejectedValueOnce(new Error("away"))
    .mockResolvedValueOnce({});
  const presence = startPresence("api", WHO, report, logger);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(report).toHaveBeenCalledTimes(2);
  report.mockReturnValue(new Promise(() => undefined));
  const stopped = presence.stop();
  await vi.advanceTimersByTimeAsync(500);
  await stopped;
});
