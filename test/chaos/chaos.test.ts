/** A minute of chaos on real processes, and the time to come to rest; `make chaos SECONDS=600` is the long one. */

import { expect, it } from "vitest";
import { chaos } from "./chaos.ts";
import { SEED_MAX } from "./random.ts";
import { reportText } from "./report.ts";

const SECONDS = 60;

it("loses and doubles nothing while everything is killed, paused, restarted and cut off", async () => {
  const seed = Math.floor(Math.random() * SEED_MAX);
  const lines = [`make chaos SECONDS=${SECONDS} SEED=${seed}`];
  const report = await chaos({
    seed,
    seconds: SECONDS,
    rate: 25,
    idleSeconds: 4,
    log: (text) => lines.push(text),
  });
  process.stderr.write(`${lines[0]}\n${reportText(report)}\n`);
  expect(report.contradictions, lines.join("\n")).toEqual([]);
  expect(report.counts.completed).toBeGreaterThan(0);
}, 420_000);
