import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const PROGRAM = join(import.meta.dirname, "../../packages/vigil/bin/vigil.js");
const READY_MS_MAX = 60_000;
const READY_POLL_MS = 25;
const LOG_TAIL_LINES = 15;

/** `vigil up` in a process of its own, its log in a file. */
export interface VigilProcess {
  stop(): Promise<void>;
  /** Resolves when the process has ended, wanted or not. */
  exited: Promise<void>;
}

/**
 * Starts `vigil up` and waits until it is ready.
 * @throws Error with the end of its log when it ends or is not ready in a minute
 */
export async function startVigil(
  url: string,
  env: Record<string, string>,
  logFile: string,
): Promise<VigilProcess> {
  const log = openSync(logFile, "w");
  const child = spawn(process.execPath, [PROGRAM, "up"], {
    env: withoutSettings(env),
    stdio: ["ignore", "ignore", log],
  });
  closeSync(log);
  const exited = once(child, "exit").then(() => undefined);
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
  };
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
    throw new Error(`${(error as Error).message}. Its log (${logFile}) ends:\n${tail}`);
  }
  return { stop, exited };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error("vigil up ended while it started");
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(READY_POLL_MS);
  }
  throw new Error(`vigil up was not ready within ${READY_MS_MAX / 1000} s`);
}

/** The demo's own settings and none that the caller's shell happens to hold. */
function withoutSettings(env: Record<string, string>): NodeJS.ProcessEnv {
  const isSetting = (name: string) => /^(VIGIL_|OS_|DATABASE_URL$|NATS_URL$)/.test(name);
  const kept = Object.entries(process.env).filter(([name]) => !isSetting(name));
  return { ...Object.fromEntries(kept), ...env };
}

/** Runs another command of the program and gives what it printed. */
export async function runVigil(args: string[], env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
    env: withoutSettings(env),
  });
  return stdout;
}
