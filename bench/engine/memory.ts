/** Memory of a process that computes again and again on one model, as a worker does. */
import { join } from "node:path";
import { STRATEGIES } from "@vigil/core";
import { median, progress } from "../figures.ts";
import { CACHE, type ClusterFiles } from "./clusters.ts";
import { measure, requestOf } from "./measurements.ts";
import type { EngineRow } from "./rows.ts";

/** A hundred to settle, in which V8 grows its heap to what the strategy needs; a leak would go on in the next hundred. */
const RUNS = 200;
/** Medians over some runs: between two collections of garbage the memory of each run is its own. */
const WINDOW = 10;
const SETTLED = 90;
const TIME_MAX_S = 600;

export interface MemoryGrowth {
  label: string;
  size: string;
  runs: number;
  snapshotOpenMb: number;
  /** Resident memory, MB: medians of the runs 91 to 100, and of the last ten; the most ever. */
  earlyMb: number;
  lateMb: number;
  peakMb: number;
}

/** Undefined: no such strategy yet. */
export function memoryOf(row: EngineRow, files: ClusterFiles): MemoryGrowth | undefined {
  if (!STRATEGIES.some(({ name }) => name === row.strategy)) return undefined;
  progress(`${files.size} ${row.label}: memory over ${RUNS} runs ...`);
  const out = join(CACHE, "result-memory.json");
  const answer = measure(files, { request: requestOf(row), repeat: RUNS, timeMaxS: TIME_MAX_S, out });
  const after = answer.rssAfterMb;
  return {
    label: row.label,
    size: files.size,
    runs: after.length,
    snapshotOpenMb: answer.rssBeforeMb,
    earlyMb: median(after.slice(SETTLED, SETTLED + WINDOW)),
    lateMb: median(after.slice(-WINDOW)),
    peakMb: answer.rssPeakMb,
  };
}
