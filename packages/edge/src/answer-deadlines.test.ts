import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AnswerDeadlines } from "./answer-deadlines.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }));
afterEach(() => void vi.useRealTimers());

it("expires what is not ended in time, once", () => {
  const deadlines = new AnswerDeadlines(1_000);
  const [late, quick] = [vi.fn(), vi.fn()];
  deadlines.begin(late);
  deadlines.end(deadlines.begin(quick));
  vi.advanceTimersByTime(1_000);
  expect(late).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5_000);
  expect(late).toHaveBeenCalledTimes(1);
  expect(quick).not.toHaveBeenCalled();
  deadlines.stop();
});

it("stands still while it is paused", () => {
  const deadlines = new AnswerDeadlines(1_000);
  const expire = vi.fn();
  const flight = deadlines.begin(expire);
  vi.advanceTimersByTime(600);
  deadlines.pause(flight);
  vi.advanceTimersByTime(60_000);
  deadlines.resume(flight);
  vi.advanceTimersByTime(300);
  expect(expire).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(expire).toHaveBeenCalledTimes(1);
  deadlines.stop();
});

it("tells when nothing is under way", async () => {
  const deadlines = new AnswerDeadlines(1_000);
  await deadlines.idle();
  const flights = [deadlines.begin(() => undefined), deadlines.begin(() => undefined)];
  let idle = false;
  const waiting = deadlines.idle().then(() => {
    idle = true;
  });
  deadlines.end(flights[0]!);
  await Promise.resolve();
  expect(idle).toBe(false);
  deadlines.end(flights[1]!);
  await waiting;
  deadlines.stop();
});
