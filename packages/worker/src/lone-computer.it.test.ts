import { readFileSync } from "node:fs";
import { encodeSnapshot, shareSnapshot } from "@vigil/core";
import { until } from "@vigil/testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Computer, ComputeTask } from "./compute-task.ts";
import { isEndedThread } from "./ended-thread.ts";
import { createLoneComputer, type LoneComputerOptions } from "./lone-computer.ts";
import { tinyModel } from "./testing/model.ts";
import { taskOf } from "./testing/tasks.ts";

const computers: Computer[] = [];

afterEach(async () => {
  await Promise.all(computers.splice(0).map((computer) => computer.close()));
});

function open(over: LoneComputerOptions = {}): Computer {
  const threadModule = new URL("./testing/thread-of-tests.ts", import.meta.url);
  const computer = createLoneComputer({ threadModule, ...over });
  computers.push(computer);
  return computer;
}

const never = new AbortController().signal;

async function pidOf(computer: Computer, over: Partial<ComputeTask> = {}): Promise<number> {
  return Number((await computer.compute(taskOf("pid", over), never)).strategyName);
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody waited for has no command line.
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

describe("a suspect", () => {
  test("has a process of its own, which is kept for the next and ended when none comes", async () => {
    const computer = open({ idleMs: 500 });
    const pid = await pidOf(computer);
    expect(pid).not.toBe(process.pid);
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8").trim()).toBe("1000");
    expect(await pidOf(computer)).toBe(pid);
    await until("its end", () => !isAlive(pid));
    expect(await pidOf(computer)).not.toBe(pid);
  });

  test("is computed as in a thread, on the snapshot that it came with", async () => {
    const computer = open({ threadModule: undefined });
    const snapshot = shareSnapshot(encodeSnapshot(tinyModel()));
    const solution = await computer.compute(taskOf("dummy", { snapshot }), never);
    expect(solution.actions?.length).toBeGreaterThan(0);
    const other = shareSnapshot(encodeSnapshot(tinyModel("2026-01-01T00:00:00Z")));
    for (const given of [other, other, snapshot]) {
      const { computeMs, ...again } = await computer.compute(taskOf("dummy", { snapshot: given }), never);
      expect(computeMs).toBeGreaterThan(0);
      expect(again).toEqual({ ...again, actions: solution.actions });
    }
    const refused = computer.compute(taskOf("dummy", { snapshot, parameters: { para1: "x" } }), never);
    await expect(refused).rejects.toMatchObject({ kind: "invalid-input", details: undefined });
  });

  test.each([
    ["kill", "overloaded", /was ended by SIGKILL: most likely the kernel was out of memory/],
    ["fill memory", "overloaded", /(needed|filled) more than/],
    ["fill buffers", "overloaded", /filled more than 128 MiB of memory/],
    ["spin", "deadline", /took longer than 1500 ms/],
  ])(
    "that comes to %s is told from what computing came to, and the next is computed",
    async (what, kind, message) => {
      // On a busy machine the memory is not full within the time that suits an endless loop.
      const computer = open({ heapMaxMiB: 64, runTimeMaxMs: what === "spin" ? 1_500 : 30_000 });
      const thrown = await computer.compute(taskOf(what), never).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ kind, message: expect.stringMatching(message) });
      expect(isEndedThread(thrown)).toBe(true);
      expect(await pidOf(computer)).toBeGreaterThan(0);
    },
  );

  test("brings a huge result", async () => {
    const bytes = 50_000_000;
    const { strategyName } = await open().compute(taskOf("huge result", { parameters: { bytes } }), never);
    expect(strategyName).toHaveLength(bytes);
  });

  test("is killed by its signal: the process is gone when the answer comes", async () => {
    const computer = open();
    const pid = await pidOf(computer);
    const controller = new AbortController();
    const running = computer.compute(taskOf("spin"), controller.signal, () => controller.abort("lost"));
    await expect(running).rejects.toBe("lost");
    expect(isAlive(pid)).toBe(false);
  });

  test("that can't have a process is not to blame", async () => {
    const computer = open({ heapMaxMiB: Number.NaN });
    const thrown = await computer.compute(taskOf("fine"), never).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: "unavailable" });
    expect(isEndedThread(thrown)).toBe(false);
  });
});

test("suspects come one at a time; one that takes long lets one other go on beside it", async () => {
  const computer = open({ longRunMs: 300 });
  const pid = await pidOf(computer);
  const controller = new AbortController();
  let displaced = 0;
  const long = computer.compute(taskOf("spin"), controller.signal, undefined, () => displaced++);
  const others = await Promise.all([pidOf(computer), pidOf(computer), pidOf(computer)]);
  expect(new Set(others).size).toBe(1);
  expect(others[0]).not.toBe(pid);
  expect(displaced).toBe(1);
  controller.abort("lost");
  await expect(long).rejects.toBe("lost");
});
