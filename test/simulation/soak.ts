/** Many seeds on several threads, each with a part of them. */

import { Worker } from "node:worker_threads";
import { FAULTS } from "./faults.ts";

export interface SoakOptions {
  /** First seed. */
  from: number;
  seeds: number;
  /** Threads. */
  jobs: number;
  /** Called now and then with the seeds that are done. */
  onProgress?: (done: number) => void;
}

export interface SoakTotals {
  seeds: number;
  steps: number;
  counts: Map<string, number>;
}

/** What a thread answers to one part. */
export type PartAnswer = { seeds: number; steps: number; counts: Map<string, number> } | { failure: string };

/** Seeds in one part: a second of computing. */
const PART_SEEDS = 400;

/** @throws Error with the message of the first failure, which says how to replay it */
export async function soak({ from, seeds, jobs, onProgress }: SoakOptions): Promise<SoakTotals> {
  const totals: SoakTotals = { seeds: 0, steps: 0, counts: new Map() };
  let next = from;
  const end = from + seeds;
  const threads = Array.from(
    { length: jobs },
    () => new Worker(new URL("./soak-thread.ts", import.meta.url)),
  );
  const work = (thread: Worker) =>
    new Promise<void>((resolve, reject) => {
      const give = () => {
        if (next >= end) return resolve();
        const count = Math.min(PART_SEEDS, end - next);
        thread.postMessage({ from: next, seeds: count });
        next += count;
      };
      thread.on("error", reject);
      thread.on("message", (answer: PartAnswer) => {
        if ("failure" in answer) return reject(new Error(answer.failure));
        totals.seeds += answer.seeds;
        totals.steps += answer.steps;
        for (const [what, count] of answer.counts)
          totals.counts.set(what, (totals.counts.get(what) ?? 0) + count);
        onProgress?.(totals.seeds);
        give();
      });
      give();
    });
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return totals;
}

/** What the world must have come through, beside every kind of fault: the branches of its parts and of the decisions. */
const BRANCHES = [
  ...["ingest STARTED", "ingest WAITING", "ingest DUPLICATE", "ingest FILTERED", "ingest DISCARDED"],
  ...["ingest DEAD_LETTER", "taken-together", "lane-full", "redelivered", "stream-duplicate"],
  ...["fate DONE", "fate DUPLICATE", "fate FILTERED", "fate DISCARDED", "fate DEAD_LETTER", "replayed"],
  ...["complete RECORDED", "complete RETRY_LATER", "complete FAILED", "complete-repeated"],
  ...["claim-repeated", "result-refused", "lease-lost", "worker-gave-up", "computed-alone", "run-blocked"],
  ...["two-computations-of-one-audit", "spooled", "spool-full", "drained", "published-again", "too-fast"],
  ...["loss-that-is-allowed", "refused 400", "refused 429", "refused 503", "refused 0"],
  ...[
    "a-day-later",
    "effect",
    "effect-looked-up",
    "plan-lease-lost",
    "applier-refused",
    "plan SUCCEEDED",
    "plan FAILED",
  ],
  ...["plan CANCELLED", "action-begun-before", "plan-given-up", "plan-claim-repeated"],
  ...["action-aborted", "abort-taken-over"],
];

/** What never happened. A check that nothing can fail is none. */
export function neverHappened(counts: ReadonlyMap<string, number>): string[] {
  return [...FAULTS, ...BRANCHES].filter((what) => !counts.has(what));
}
