/** Runs the measurements, each in a process of its own. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { STRATEGIES } from "@vigil/core";
import { median, progress } from "../figures.ts";
import type { MeasureAnswer, Task } from "./child.ts";
import { CACHE, type ClusterFiles } from "./clusters.ts";
import { checkResult, type Verdict } from "./python.ts";
import type { EngineRow } from "./rows.ts";

/** A row at a size. */
export interface Measured {
  row: EngineRow;
  files: ClusterFiles;
  answer: MeasureAnswer;
  /** CPU seconds of the audit: the median of all repetitions, and the first one. */
  medianS: number;
  firstS: number;
  verdict: Verdict | undefined;
}

const CHILD = join(import.meta.dirname, "child.ts");
/** Repetitions end after either: small sizes need many for a steady median, large ones take seconds each. */
const REPEAT_MAX = 40;
const REPEAT_TIME_MAX_S = 20;
const ANSWER_BYTES_MAX = 10_000_000;

export function requestOf({ strategy, parameters }: EngineRow) {
  const rest = { scope: [], auditType: "ONESHOT", seed: 1, options: {}, history: {} };
  return { goalName: "", strategyName: strategy, parameters, ...rest };
}

/** Undefined, and said: the strategy does not exist, or fails. */
export function measureRow(row: EngineRow, files: ClusterFiles): Measured | undefined {
  if (!STRATEGIES.some(({ name }) => name === row.strategy)) return undefined;
  const out = join(CACHE, `result-${row.label.replaceAll(/\W+/g, "-")}-${files.size.replace("/", "-")}.json`);
  try {
    const repetitions = { repeat: REPEAT_MAX, timeMaxS: REPEAT_TIME_MAX_S };
    const answer = measure(files, { request: requestOf(row), ...repetitions, out });
    const medianS = median(answer.cpuS);
    progress(`${files.size} ${row.label}: ${(1_000 * medianS).toFixed(1)} ms, ${answer.actions} actions`);
    const verdict = checkResult(files.cluster, out);
    return { row, files, answer, medianS, firstS: answer.cpuS[0] ?? Number.NaN, verdict };
  } catch (error) {
    progress(`${files.size} ${row.label}: ${(error as Error).message}`);
    return undefined;
  }
}

/** One child on the snapshot of a size, which is made first where it is missing. */
export function measure(
  files: ClusterFiles,
  task: Omit<Extract<Task, { what: "measure" }>, "what" | "snapshot">,
): MeasureAnswer {
  if (!existsSync(files.snapshot)) inChild({ what: "snapshot", files });
  return inChild({ what: "measure", snapshot: files.snapshot, ...task }) as MeasureAnswer;
}

function inChild(task: Task): MeasureAnswer | null {
  const output = execFileSync(process.execPath, [CHILD, JSON.stringify(task)], {
    encoding: "utf8",
    maxBuffer: ANSWER_BYTES_MAX,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as MeasureAnswer | null;
}
