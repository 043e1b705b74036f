import { text } from "node:stream/consumers";
import { until } from "@vigil/testkit";
import { expect, test } from "vitest";
import { JsonStreams } from "./json-stream.ts";

const LIMITS = { atOnceMax: 2, msMax: 60_000 };

test("the pieces, in order", async () => {
  const streams = new JsonStreams("test data", LIMITS);
  expect(await text(streams.start(["[1", ",2", "]"]))).toBe("[1,2]");
});

test("no piece is made before there is room for it", async () => {
  let made = 0;
  function* pieces() {
    for (;;) {
      made += 1;
      yield "x".repeat(64 * 1024);
    }
  }
  const stream = new JsonStreams("test data", LIMITS).start(pieces());
  stream.read(0);
  await until("the first piece", () => made > 0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(made).toBeLessThan(3);
  stream.destroy();
});

test("others have their turn between two pieces", async () => {
  let turns = 0;
  let over = false;
  const turn = () => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  const pieces = Array.from({ length: 50 }, () => "1");
  expect(await text(new JsonStreams("test data", LIMITS).start(pieces))).toBe("1".repeat(50));
  over = true;
  expect(turns).toBeGreaterThanOrEqual(pieces.length);
});

test("more than the limit at a time are refused, until one has ended", async () => {
  const streams = new JsonStreams("test data", LIMITS);
  const [first, second] = [streams.start(["1"]), streams.start(["2"])];
  expect(() => streams.start(["3"])).toThrow("2 answers with the test data are being sent");
  // One that nobody takes any more, and one that was taken to its end.
  first.destroy();
  expect(await text(second)).toBe("2");
  await until("both are over", () => {
    try {
      return streams.start(["4"]);
    } catch {
      return undefined;
    }
  });
});

test("who reads too slowly is cut off", async () => {
  const stream = new JsonStreams("test data", { atOnceMax: 1, msMax: 1 }).start(["1", "2"]);
  const failure = await new Promise((resolve) => stream.once("error", resolve));
  expect(failure).toMatchObject({ kind: "deadline", message: expect.stringContaining("within 1 ms") });
});

test("pieces that cannot be made end the stream with their error", async () => {
  const streams = new JsonStreams("test data", LIMITS);
  const broken = function* () {
    yield "[";
    throw new Error("broken snapshot");
  };
  await expect(text(streams.start(broken()))).rejects.toThrow("broken snapshot");
});
