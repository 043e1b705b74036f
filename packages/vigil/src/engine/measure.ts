/** One strategy on one model, timed: the audit alone, apart from opening the model and from the planner. */
import {
  type ClusterModel,
  type ComputedSolution,
  type ComputeRequest,
  computeSolution,
  openSnapshot,
  type PlannedAction,
  planSolution,
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
  open: Timing;
  /** One for each repetition; the first one also pays for compiling the code. */
  audits: Timing[];
  planner: Timing;
  /** Resident memory of the whole process before the first audit, and its highest ever, MB. */
  rssBeforeMb: number;
  peakRssMb: number;
}

export interface MeasureOptions {
  /** How often the audit is computed, >= 1. Each starts from the model as it was opened. */
  repeat: number;
  /** Called after each audit, outside of its time. */
  onAudit?: (index: number) => void;
}

const BYTES_PER_MB = 1_000_000;
const KIB_BYTES = 1_024;
const MICROSECONDS_PER_S = 1_000_000;

/** @throws VigilError as `openSnapshot`, `computeSolution` and `planSolution` do */
export function measure(
  snapshot: SharedArrayBuffer,
  request: ComputeRequest,
  { repeat, onAudit }: MeasureOptions,
): Measurement {
  const opened = timed(() => openSnapshot(snapshot));
  const model = opened.value;
  const rssBeforeMb = process.memoryUsage.rss() / BYTES_PER_MB;
  const audits: Timing[] = [];
  let solution: ComputedSolution | undefined;
  for (let index = 0; index < repeat || solution === undefined; index++) {
    const audit = timed(() => computeSolution(model, request));
    audits.push(audit.timing);
    solution = audit.value;
    onAudit?.(index);
  }
  const last = solution;
  const planned = timed(() => planSolution(model, last));
  return {
    model,
    solution,
    planned: planned.value,
    open: opened.timing,
    audits,
    planner: planned.timing,
    rssBeforeMb,
    peakRssMb: (process.resourceUsage().maxRSS * KIB_BYTES) / BYTES_PER_MB,
  };
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
