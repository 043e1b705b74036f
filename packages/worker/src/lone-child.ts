/** A worker's side of the process in which a suspect is computed. */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DEFAULT_RUN_HEAP_MAX_MIB, VigilError } from "@vigil/core";
import type { ComputeOutcome, ComputeTask, LoneAnswer, LoneQuestion } from "./compute-task.ts";
import { endedThread } from "./ended-thread.ts";
import type { LoneOptions } from "./lone-process.ts";

const PROGRAM = fileURLToPath(new URL("./lone-process.ts", import.meta.url));

/** None of the worker's secrets: computing needs nothing but where Node.js keeps what it compiled, for a quick start. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** Characters kept of what a dying process says: V8's last words come first, then stacks. */
const LAST_WORDS_MAX = 400;

export class LoneChild {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<void>();
  /** Resolves when the process is gone. */
  readonly #gone = Promise.withResolvers<void>();
  #waiting: PromiseWithResolvers<ComputeOutcome> | undefined;
  #snapshot: SharedArrayBuffer | undefined;
  #lastWords = "";
  #isGone = false;

  constructor(options: LoneOptions) {
    this.#child = fork(PROGRAM, [JSON.stringify(options)], {
      serialization: "advanced",
      // None of the worker's flags.
      execArgv: [`--max-old-space-size=${options.heapMaxMiB ?? DEFAULT_RUN_HEAP_MAX_MIB}`],
      env: childEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    // What nobody waits for any more must not end the worker.
    this.#ready.promise.catch(() => undefined);
    this.#child.on("message", (said: LoneAnswer) => this.#hear(said));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#lastWords.length < LAST_WORDS_MAX) this.#lastWords += text;
    });
    this.#child.once("error", (error) => this.#end(notStarted(error.message)));
    this.#child.once("close", (code, signal) => this.#end(this.#deathOf(code, signal)));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * One question at a time.
   * @throws VigilError unavailable: no process could be started, which is not the task's fault; what `isEndedThread`
   *   tells: it died while it computed
   */
  async ask({ snapshot, ...task }: ComputeTask): Promise<ComputeOutcome> {
    await this.#ready.promise;
    const waiting = Promise.withResolvers<ComputeOutcome>();
    this.#waiting = waiting;
    const question: LoneQuestion = { task };
    // A copy, but one for all runs on the same snapshot.
    if (snapshot !== this.#snapshot) question.snapshot = new Uint8Array(snapshot);
    this.#snapshot = snapshot;
    this.#child.send(question, (error) => {
      if (error !== null) void this.kill();
    });
    return waiting.promise;
  }

  /** Ends the process, whatever it does. Resolves when it is gone. Idempotent. */
  kill(): Promise<void> {
    if (!this.#isGone) this.#child.kill("SIGKILL");
    return this.#gone.promise;
  }

  #hear(said: LoneAnswer): void {
    if (said === "ready") this.#ready.resolve();
    else this.#waiting?.resolve(said);
  }

  #end(error: VigilError): void {
    this.#isGone = true;
    this.#ready.reject(error.kind === "unavailable" ? error : notStarted(error.message));
    this.#waiting?.reject(error);
    this.#gone.resolve();
  }

  #deathOf(code: number | null, signal: NodeJS.Signals | null): VigilError {
    const [firstLine] = this.#lastWords.split("\n").filter((line) => /error|fatal/i.test(line));
    const words = firstLine === undefined ? "" : ` (${firstLine.trim().slice(0, LAST_WORDS_MAX)})`;
    const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    return endedThread(
      signal === "SIGKILL" || signal === "SIGABRT" ? "overloaded" : "internal",
      `the process that computed this run alone ${end}${words}: ${causeOf(signal)}`,
    );
  }
}

function causeOf(signal: NodeJS.Signals | null): string {
  switch (signal) {
    case null:
      return "the strategy, or Node itself, gave up";
    case "SIGKILL":
      return "most likely the kernel was out of memory; see its log, and the audit's scope";
    case "SIGABRT":
      return "most likely it was out of heap; raise the worker's heap limit or narrow the audit's scope";
    default:
      return "an error in native code; see the worker's log";
  }
}

function notStarted(problem: string): VigilError {
  return new VigilError("unavailable", `no process could be started to compute a run alone: ${problem}`);
}
