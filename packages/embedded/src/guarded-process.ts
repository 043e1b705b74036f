/**
 * A server process that does not outlive its owner.
 *
 * The server runs in a session of its own, so Ctrl-C in a terminal reaches only the owner, which can drain
 * its work before it stops its servers. If the owner dies without stopping them (kill -9), the guard does:
 * a shell that reads from a pipe whose other end only the owner holds. `PR_SET_PDEATHSIG` lost: Node has no
 * call for it, and it fires when the starting *thread* ends.
 *
 * Invariants: the guard leaves quietly when the server ended first; a server's log goes to a file, never to
 * a pipe of the owner, since a Go program dies of SIGPIPE before it has flushed its store.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { VigilError } from "@vigil/core";
import { waitUntil } from "./process-identity.ts";

/** A log larger than this is put aside as `<file>.old` at the next start. */
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_TAIL_LINES = 15;
const POLL_READY_MS_MAX = 30_000;
const STOP_MS_MAX = 10_000;

/** $1 pid, $2 signal, $3 folder to remove or "". A line on stdin means "the server has ended, leave". */
const GUARD_SCRIPT = `
if read -r line; then exit 0; fi
kill -"$2" "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 50 ]; then kill -KILL "$1" 2>/dev/null; break; fi
  sleep 0.1
done
if [ -n "$3" ]; then rm -rf -- "$3"; fi
`;

export interface GuardedProcessOptions {
  name: string;
  binary: string;
  args: string[];
  workingFolder: string;
  logFile: string;
  stopSignal: "SIGINT" | "SIGTERM" | "SIGQUIT";
  /** Folder the guard removes after the owner's death; "" keeps everything. */
  removeFolder: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Beside what all servers get. */
  environment?: Record<string, string> | undefined;
  isReady(pid: number): boolean;
  readyTimeoutMs?: number;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason, with a word on how. */
  readonly exited: Promise<string>;
  /** Sends the stop signal, waits for the exit, kills after 10 s. Idempotent. */
  stop(): Promise<void>;
}

/** Environment of the servers: nothing of ours, since it may hold passwords. */
export const SERVER_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

/**
 * Starts a server and waits until it is ready.
 * @throws VigilError unavailable when it ended first or was not ready in time; the message ends with its log.
 */
export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const child = spawnServer(options);
  const ended = { how: undefined as string | undefined };
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ? `ended by ${signal}` : `exit status ${code}`));
  }).then((how) => {
    ended.how = how;
    return how;
  });
  const { pid } = child;
  if (pid === undefined) throw startError(options, await exited);

  const releaseGuard = startGuard(options, pid);
  void exited.then(releaseGuard);

  await waitUntil(
    () => ended.how !== undefined || options.isReady(pid),
    options.readyTimeoutMs ?? POLL_READY_MS_MAX,
  );
  const stop = () => stopServer(child, options.stopSignal, ended, exited);
  if (ended.how === undefined && !options.isReady(pid)) {
    await stop();
    throw startError(options, `not ready within ${options.readyTimeoutMs ?? POLL_READY_MS_MAX} ms`);
  }
  if (ended.how !== undefined) throw startError(options, ended.how);
  return { pid, exited, stop };
}

function spawnServer(options: GuardedProcessOptions): ChildProcess {
  const log = openLog(options.logFile);
  try {
    return spawn(options.binary, options.args, {
      cwd: options.workingFolder,
      env: { ...SERVER_ENVIRONMENT, ...options.environment },
      stdio: ["ignore", log, log],
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid }),
    });
  } finally {
    closeSync(log);
  }
}

function openLog(file: string): number {
  try {
    if (statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.old`);
  } catch {
    // No log yet.
  }
  return openSync(file, "a", 0o640);
}

/** Returns what ends the guard once its server has ended. */
function startGuard(options: GuardedProcessOptions, pid: number): () => void {
  const signal = options.stopSignal.replace("SIG", "");
  const guard = spawn(
    "/bin/sh",
    ["-c", GUARD_SCRIPT, "vigil-guard", `${pid}`, signal, options.removeFolder],
    {
      cwd: "/",
      env: SERVER_ENVIRONMENT,
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    },
  );
  guard.unref();
  const pipe = guard.stdin;
  // The guard may be gone already (someone killed it): nothing is lost then but the guarding.
  guard.on("error", () => undefined);
  pipe?.on("error", () => undefined);
  if (pipe && "unref" in pipe && typeof pipe.unref === "function") pipe.unref();
  return () => pipe?.end("done\n");
}

async function stopServer(
  child: ChildProcess,
  signal: NodeJS.Signals,
  ended: { how: string | undefined },
  exited: Promise<string>,
): Promise<void> {
  if (ended.how === undefined) {
    child.kill(signal);
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
    await exited;
    clearTimeout(force);
  }
}

function startError(options: GuardedProcessOptions, how: string): VigilError {
  return new VigilError(
    "unavailable",
    `${options.name} did not start: ${how}. Its log (${options.logFile}) ends:\n${readLogTail(options.logFile)}`,
  );
}

/** The last lines of a server's log, for error messages. */
export function readLogTail(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
  } catch {
    return "(no log)";
  }
}
