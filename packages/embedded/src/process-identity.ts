import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
/** How long an orphan gets to end by itself (its guard is at work) and then after each signal. */
const ORPHAN_GRACE_MS = 5_000;

/**
 * A process that cannot be mistaken for a later one with the same pid: the kernel's start time (clock ticks
 * since boot) and the boot itself are part of it.
 */
export interface ProcessIdentity {
  pid: number;
  startTicks: string;
  bootId: string;
}

/** Identity of a living process; undefined when there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, the program's name, may hold blanks and brackets: count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return { pid, startTicks: fields[19] ?? "", bootId: readBootId() };
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}

export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** Records which process serves a folder, so that a later start can find it if it was orphaned. */
export function writePidFile(file: string, pid: number): void {
  const identity = identify(pid);
  if (identity) writeFileSync(file, JSON.stringify(identity), { mode: 0o600 });
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/**
 * Ends the server that an earlier, killed owner of the folder left behind; the caller holds the folder's
 * lock, so a living process in the pid file is an orphan. Its guard is normally stopping it already.
 */
export async function stopOrphan(pidFile: string): Promise<void> {
  const orphan = readPidFile(pidFile);
  if (orphan) {
    for (const signal of [undefined, "SIGINT", "SIGKILL"] as const) {
      if (!isAlive(orphan)) break;
      if (signal) process.kill(orphan.pid, signal);
      await waitUntil(() => !isAlive(orphan), signal === undefined ? ORPHAN_GRACE_MS / 5 : ORPHAN_GRACE_MS);
    }
  }
  removePidFile(pidFile);
}

function readPidFile(file: string): ProcessIdentity | undefined {
  try {
    const data: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof data !== "object" || data === null) return undefined;
    const { pid, startTicks, bootId } = data as Partial<Record<keyof ProcessIdentity, unknown>>;
    if (typeof pid !== "number" || typeof startTicks !== "string" || typeof bootId !== "string")
      return undefined;
    return { pid, startTicks, bootId };
  } catch {
    return undefined;
  }
}

/** Polls a condition; false when the deadline passed first. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
