/**
 * The engine in threads, so that the main one can show progress and hear Ctrl-C. Reading has a thread of its
 * own: what it leaves behind is not collected on the strategy's time.
 */
import { Worker } from "node:worker_threads";
import { type ComputeRequest, VigilError } from "@vigil/core";
import type { LoadedModel, ModelFiles } from "./model-files.ts";
import type { ResultFile } from "./result.ts";
import type { Answers, ComputeTask, LoadTask, Outcome } from "./thread.ts";

/** JavaScript heap of a thread; parsing a cluster of 200,000 instances takes below 1 GiB. */
const HEAP_MAX_MIB = 4_096;

/** @throws VigilError as `loadModel` does; internal: the thread died */
export function loadInThread(files: ModelFiles): Promise<LoadedModel> {
  return run<"load">({ what: "load", files });
}

/** @throws VigilError as `measure` does; internal: the thread died */
export function computeInThread(
  model: LoadedModel,
  request: ComputeRequest,
  options: ComputeTask["options"],
): Promise<ResultFile> {
  return run<"compute">({ what: "compute", model, request, options });
}

function run<K extends keyof Answers>(task: LoadTask | ComputeTask): Promise<Answers[K]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MIB },
    });
    worker.once("message", (outcome: Outcome<Answers[K]>) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(VigilError.fromData(outcome.error));
    });
    worker.once("error", (error) => reject(died(error.message, error)));
    // After an answer this changes nothing.
    worker.once("exit", (status) => reject(died(`it ended with status ${status} and no answer`)));
  });
}

function died(detail: string, cause?: unknown): VigilError {
  return new VigilError("internal", `the compute thread failed: ${detail}`, { cause });
}
