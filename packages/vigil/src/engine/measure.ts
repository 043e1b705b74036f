/** One strategy on one model, timed: the audit alone, apart from opening the model and from the planner. */
import { setImmediate } from "node:timers/promises";
import {
  type ClusterModel,
  type ComputedSolution,
  type ComputeRequest,
  computeSolution,
  defaultStrategy,
  findStrategy,
  openSnapshot,
  type PlannedAction,
  planSolution,
  warmUp,
} from "@vigil/core";

/** Seconds elapsed and seconds of CPU. */
export interface Timing {
  wallS: number;
  cpuS: number;
}

export interface Measurement {
  model: ClusterModel;
  solution: ComputedSolution;
  planned: PlannedAction[];
  /** Computing a small made-up cluster first, as a worker's threads do at their start; null: not done. */
  warmUp: Timing | null;
  open: Timing;
  /** One for each repetition; the first ones also pay for compiling the code. */
  audits: Timing[];
  planner: Timing;
  /** Resident memory of the whole process before the first audit, and its highest ever, MB. */
  rssBeforeMb: number;
  peakRssMb: number;
}

export interface MeasureOptions {
  /** How often the audit is computed, >= 1. Each starts from the model as it was opened. */
  repeat: number;
  /** No further repetition begins after that many seconds. Default: no limit. */
  timeMaxS?: number;
  /** No warming up: the first audit pays for compiling schemas and code. Default: false. */
  cold?: boolean;
  /** Called after each audit, outside of its time. */
  onAudit?: (index: number) => void;
}

const BYTES_PER_MB = 1_000_000;
const KIB_BYTES = 1_024;
const MICROSECONDS_PER_S = 1_000_000;

/** Rejects with VigilError as `openSnapshot`, `computeSolution` and `planSolution` throw it. */
export async function measure(
  snapshot: SharedArrayBuffer,
  request: ComputeRequest,
  { repeat, timeMaxS = Number.POSITIVE_INFINITY, cold = false, onAudit }: MeasureOptions,
): Promise<Measurement> {
  const warmedUp = cold ? null : timed(() => warmUp(strategyNameOf(request)));
  const opened = timed(() => openSnapshot(snapshot));
  const model = opened.value;
  const rssBeforeMb = process.memoryUsage.rss() / BYTES_PER_MB;
  const audits: Timing[] = [];
  let solution: ComputedSolution | undefined;
  let takenS = 0;
  for (let index = 0; solution === undefined || (index < repeat && takenS < timeMaxS); index++) {
    const audit = timed(() => computeSolution(model, request));
    audits.push(audit.timing);
    takenS += audit.timing.wallS;
    solution = audit.value;
    onAudit?.(index);
    // A worker's thread waits for its next task here, and gives back memory meanwhile.
    await setImmediate();
  }
  const last = solution;
  const planned = timed(() => planSolution(model, last));
  return {
    model,
    solution,
    planned: planned.value,
    warmUp: warmedUp?.timing ?? null,
    open: opened.timing,
    audits,
    planner: planned.timing,
    rssBeforeMb,
    peakRssMb: (process.resourceUsage().maxRSS * KIB_BYTES) / BYTES_PER_MB,
  };
}

function strategyNameOf({ strategyName, goalName }: ComputeRequest): string {
  return strategyName === "" ? defaultStrategy(goalName).name : findStrategy(strategyName).name;
}

/**
 * The time of a piece of work. CPU is that of the whole process: garbage collection and compiling have
 * threads of their own, and their work belongs to the bill.
 */
export function timed<T>(work: () => T): { value: T; timing: Timing } {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const value = work();
  const wallS = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { value, timing: { wallS, cpuS: (user + system) / MICROSECONDS_PER_S } };
}

/** Of an even number of values the upper one of the middle: no value that was not measured. */
export function medianTiming(timings: readonly Timing[]): Timing {
  const sorted = [...timings].sort((a, b) => a.cpuS - b.cpuS);
  return sorted[Math.floor(sorted.length / 2)] ?? { wallS: Number.NaN, cpuS: Number.NaN };
}
