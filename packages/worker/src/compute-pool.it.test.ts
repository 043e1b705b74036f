import { encodeSnapshot, shareSnapshot } from "@vigil/core";
import { until } from "@vigil/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { type ComputePool, type ComputePoolOptions, createComputePool } from "./compute-pool.ts";
import { tinyModel } from "./testing/model.ts";
import { taskOf } from "./testing/tasks.ts";

const pools: ComputePool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function openPool(over: Partial<ComputePoolOptions> = {}): ComputePool {
  const threadModule = new URL("./testing/thread-of-tests.ts", import.meta.url);
  const pool = createComputePool({ threads: 1, threadModule, ...over });
  pools.push(pool);
  return pool;
}

const never = new AbortController().signal;

async function works(pool: ComputePool): Promise<void> {
  expect((await pool.compute(taskOf("fine"), never)).strategyName).toBe("fine");
}

describe("a task that goes wrong leaves the pool usable", () => {
  test("too long: the thread is ended", async () => {
    const pool = openPool({ runTimeMaxMs: 1_000 });
    await expect(pool.compute(taskOf("spin"), never)).rejects.toMatchObject({
      kind: "deadline",
      message: expect.stringContaining("1000 ms"),
    });
    await works(pool);
  });

  test("out of memory", async () => {
    const pool = openPool({ heapMaxMiB: 32 });
    await expect(pool.compute(taskOf("fill memory"), never)).rejects.toMatchObject({
      kind: "overloaded",
      message: expect.stringContaining("32 MiB"),
    });
    await works(pool);
  });

  test("thrown error", async () => {
    const pool = openPool();
    await expect(pool.compute(taskOf("throw"), never)).rejects.toMatchObject({
      kind: "internal",
      message: expect.stringContaining("thrown in the thread"),
    });
    await works(pool);
  });

  test("process.exit in the thread", async () => {
    const pool = openPool();
    await expect(pool.compute(taskOf("exit"), never)).rejects.toMatchObject({ kind: "internal" });
    await works(pool);
  });

  test("an error as data keeps kind and details", async () => {
    const pool = openPool();
    await expect(pool.compute(taskOf("refuse"), never)).rejects.toMatchObject({
      kind: "illegal-state",
      message: "refused",
      details: { a: 1 },
    });
  });
});

test("a run that takes long makes place for those that wait, in an extra thread that goes again", async () => {
  const pool = openPool({ longRunMs: 100 });
  const controllers = [new AbortController(), new AbortController(), new AbortController()];
  let displaced = 0;
  const [first, second, third] = controllers.map(({ signal }) =>
    pool.compute(taskOf("spin"), signal, undefined, () => displaced++).catch((reason: unknown) => reason),
  );
  await until("the first one's displacement", () => displaced === 1);
  // One extra thread for one that is kept: the third has to wait.
  controllers[1]!.abort("second");
  expect(await second).toBe("second");
  controllers[0]!.abort("first");
  expect(await first).toBe("first");
  await works(pool);
  expect(displaced).toBe(2);
  controllers[2]!.abort("third");
  expect(await third).toBe("third");
  await works(pool);
  await until("the end of the extra thread", () => pool.threads() === 1, 8_000);
});

test("an ended thread is really gone: its processor is idle, and another has its place", async () => {
  const pool = openPool();
  const controller = new AbortController();
  const running = pool.compute(taskOf("spin"), controller.signal, () => controller.abort("lost"));
  await expect(running).rejects.toBe("lost");
  await works(pool);
  expect(pool.threads()).toBe(1);
  await until("idleness", isIdle);
});

/** Whether this process used less than a quarter of a processor for a while. */
async function isIdle(): Promise<boolean> {
  const before = process.cpuUsage();
  const whileMs = 200;
  await new Promise((resolve) => setTimeout(resolve, whileMs));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 < whileMs / 4;
}

describe("signals", () => {
  test("end a thread that computes, with the reason given", async () => {
    const pool = openPool();
    const controller = new AbortController();
    const running = pool.compute(taskOf("spin"), controller.signal, () => controller.abort("lost"));
    await expect(running).rejects.toBe("lost");
    await works(pool);
  });

  test("take back a task that waits, without touching the one that computes", async () => {
    const pool = openPool();
    const first = new AbortController();
    const second = new AbortController();
    const started = Promise.withResolvers<void>();
    const running = pool.compute(taskOf("spin"), first.signal, started.resolve);
    await started.promise;
    const order: string[] = [];
    const waiting = pool.compute(taskOf("x"), second.signal, () => order.push("second"));
    const third = pool.compute(taskOf("y"), never, () => order.push("third"));
    second.abort("stopping");
    await expect(waiting).rejects.toBe("stopping");
    first.abort("lost");
    await expect(running).rejects.toBe("lost");
    await third;
    expect(order).toEqual(["third"]);
    await expect(pool.compute(taskOf("z"), second.signal)).rejects.toBe("stopping");
  });
});

test("the time limit counts computing, not the wait for a thread", async () => {
  const pool = openPool({ runTimeMaxMs: 2_000 });
  const controller = new AbortController();
  const blocker = pool.compute(taskOf("spin"), controller.signal);
  const others = Array.from({ length: 5 }, () => works(pool));
  await expect(blocker).rejects.toMatchObject({ kind: "deadline" });
  await Promise.all(others);
});

test("the snapshot is shared with the thread, not copied", async () => {
  const pool = openPool();
  const snapshot = new SharedArrayBuffer(8);
  await pool.compute(taskOf("write", { snapshot }), never);
  expect(new Uint8Array(snapshot)[0]).toBe(42);
});

test("threads are warm and their number is bounded", async () => {
  const pool = openPool({ threads: 2 });
  expect(pool.threads()).toBe(2);
  await Promise.all(Array.from({ length: 50 }, () => works(pool)));
  expect(pool.threads()).toBe(2);
});

test("closing ends threads that compute", async () => {
  const pool = openPool();
  const running = pool.compute(taskOf("spin"), never).catch((error: unknown) => error);
  await pool.close();
  expect(await running).toMatchObject({ kind: "internal" });
});

test("a real strategy gives the same solution in every thread", async () => {
  const pool = openPool({ threads: 2, threadModule: undefined });
  const snapshot = shareSnapshot(encodeSnapshot(tinyModel()));
  const solutions = await Promise.all(
    Array.from({ length: 6 }, () =>
      pool.compute({ ...taskOf("dummy", { snapshot }), goalName: "dummy" }, never),
    ),
  );
  const [first, ...others] = solutions.map(({ computeMs, threadTimes, ...solution }) => {
    expect([computeMs, threadTimes?.strategy]).toEqual([expect.any(Number), expect.any(Number)]);
    return JSON.stringify(solution);
  });
  expect(JSON.parse(first!).actions.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toBe(first);
});
