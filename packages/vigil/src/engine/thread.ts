/** Runs in a thread of its own: reads files into a snapshot, or computes on one. One task, one answer, the end. */
import { parentPort, workerData } from "node:worker_threads";
import { type ComputeRequest, type ErrorData, VigilError } from "@vigil/core";
import { type MeasureOptions, measure } from "./measure.ts";
import { type LoadedModel, loadModel, type ModelFiles } from "./model-files.ts";
import { type ResultFile, resultFile } from "./result.ts";

export interface LoadTask {
  what: "load";
  files: ModelFiles;
}

export interface ComputeTask {
  what: "compute";
  model: LoadedModel;
  request: ComputeRequest;
  options: Pick<MeasureOptions, "repeat" | "cold">;
}

/** What each task answers. */
export interface Answers {
  load: LoadedModel;
  compute: ResultFile;
}

/** A union and no exception: one that crosses threads loses its kind. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

async function answer(task: LoadTask | ComputeTask): Promise<LoadedModel | ResultFile> {
  if (task.what === "load") return loadModel(task.files);
  const { model, request, options } = task;
  return resultFile(model.name, request, await measure(model.snapshot, request, options));
}

async function outcomeOf(task: LoadTask | ComputeTask): Promise<Outcome<LoadedModel | ResultFile>> {
  try {
    return { ok: true, value: await answer(task) };
  } catch (thrown) {
    return { ok: false, error: VigilError.from(thrown).toData() };
  }
}

parentPort?.postMessage(await outcomeOf(workerData as LoadTask | ComputeTask));
