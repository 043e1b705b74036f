/**
 * One measurement in a process of its own: the task as JSON in the argument, the answer as JSON on standard
 * output. The model comes as a snapshot in shared memory, as a worker has it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { ComputeRequest } from "@vigil/core";
import { shareSnapshot } from "@vigil/core";
import { type Measurement, measure } from "../../packages/vigil/src/engine/measure.ts";
import { resultFile } from "../../packages/vigil/src/engine/result.ts";
import { type ClusterFiles, writeSnapshot } from "./clusters.ts";

export type Task =
  | { what: "snapshot"; files: ClusterFiles }
  | {
      what: "measure";
      snapshot: string;
      request: ComputeRequest;
      repeat: number;
      timeMaxS: number;
      out: string;
    };

export interface MeasureAnswer {
  /** CPU seconds of each audit, in the order they were computed. */
  cpuS: number[];
  openCpuS: number;
  openWallS: number;
  /** Resident memory, MB: before the first audit, after each, and the most ever. */
  rssBeforeMb: number;
  rssAfterMb: number[];
  rssPeakMb: number;
  actions: number;
}

const BYTES_PER_MB = 1_000_000;

async function run(task: Task): Promise<MeasureAnswer | null> {
  if (task.what === "snapshot") {
    writeSnapshot(task.files);
    return null;
  }
  const { snapshot, request, repeat, timeMaxS, out } = task;
  const rssAfterMb: number[] = [];
  const onAudit = () => rssAfterMb.push(process.memoryUsage.rss() / BYTES_PER_MB);
  const measured = await measure(shareSnapshot(readFileSync(snapshot)), request, {
    repeat,
    timeMaxS,
    onAudit,
  });
  writeFileSync(out, JSON.stringify(resultFile(snapshot, request, measured)));
  return answerOf(measured, rssAfterMb);
}

function answerOf(measured: Measurement, rssAfterMb: number[]): MeasureAnswer {
  return {
    cpuS: measured.audits.map(({ cpuS }) => cpuS),
    openCpuS: measured.open.cpuS,
    openWallS: measured.open.wallS,
    rssBeforeMb: measured.rssBeforeMb,
    rssAfterMb,
    rssPeakMb: measured.peakRssMb,
    actions: measured.solution.actions.length,
  };
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "") as Task)));
