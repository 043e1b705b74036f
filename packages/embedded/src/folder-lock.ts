/**
 * The lock of a data folder: a listening Unix socket in the folder itself, `vigil-lock.7`, whose owner has the folder
 * for as long as somebody listens there. The kernel finds such a socket by its inode, so the lock holds between all
 * containers and users of a host, whatever network and paths they see; and a kill -9 gives the folder up. It does not hold
 * between hosts, which see each other's sockets as dead.
 *
 * Two that find the same dead socket must not both take the folder, so none is ever replaced: they are numbered.
 *
 *   1. A claimant listens under a name of its own.
 *   2. It looks for the highest number. Does somebody listen there, the folder is taken.
 *   3. It links its socket under the next number, which only one can do.
 *   4. It looks again. Is there a higher number by now, others were faster by more than one: it lets go of its own.
 *   5. It has the folder, and removes what is lower.
 *
 * What must stay true: the highest number is never removed, not even by its owner, so that no number comes twice; a socket
 * listens before it has a number. Lost: a pid file (its pid can be another process's after a reboot, or in another
 * container), an abstract socket (a name space for each network), `flock` (Node has none).
 */

import { randomBytes } from "node:crypto";
import { closeSync, constants, linkSync, openSync, readdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { VigilError } from "@vigil/core";

/** Held while a process uses a folder; the kernel gives it up when the process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

const PREFIX = "vigil-lock.";
/** Of names that have no number yet. */
const CLAIM = `${PREFIX}claim-`;
const CLAIM_BYTES = 8;

/**
 * Takes a data folder for this process. The folder must exist.
 *
 * @throws VigilError conflict when another process of this host holds the folder, unavailable when it can't hold a lock:
 *   read-only, another user's, a file system without sockets or hard links.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const descriptor = open(folder);
  // A socket's address has room for 107 bytes, fewer than paths may have.
  const at = `/proc/self/fd/${descriptor}`;
  try {
    const server = await claim(at);
    if (server === undefined) throw taken(folder);
    return { release: () => close(server) };
  } catch (error) {
    if (error instanceof VigilError) throw error;
    throw unlockable(folder, error as Error, (error as Error).message.replaceAll(at, folder));
  } finally {
    closeSync(descriptor);
  }
}

function open(folder: string): number {
  try {
    return openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw unlockable(folder, error as Error, (error as Error).message);
  }
}

/** @returns undefined: another process has the folder */
async function claim(at: string): Promise<Server | undefined> {
  const own = `${at}/${CLAIM}${randomBytes(CLAIM_BYTES).toString("hex")}`;
  const server = await listen(own);
  let number: number | undefined;
  try {
    number = await takeNumber(at, own);
    if (number !== undefined) removeLower(at, number);
  } finally {
    rmSync(own, { force: true });
    if (number === undefined) await close(server);
  }
  return number === undefined ? undefined : server;
}

/** @returns undefined: another process has the folder */
async function takeNumber(at: string, own: string): Promise<number | undefined> {
  for (;;) {
    const highest = highestNumber(at);
    if (highest > 0) {
      const found = await look(nameOf(at, highest));
      if (found === "alive") return undefined;
      if (found === "gone") continue;
    }
    const number = highest + 1;
    try {
      linkSync(own, nameOf(at, number));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      // An owner that came in between has removed what was no number.
      if (code === "ENOENT") return undefined;
      throw error;
    }
    if (highestNumber(at) === number) return number;
    rmSync(nameOf(at, number), { force: true });
  }
}

/** 0 when there is none. */
function highestNumber(at: string): number {
  const numbers = readdirSync(at).map(numberOf);
  return Math.max(0, ...numbers);
}

function numberOf(name: string): number {
  const digits = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : 0;
}

function nameOf(at: string, number: number): string {
  return `${at}/${PREFIX}${number}`;
}

/** Lower numbers, and what a kill left before it had one. */
function removeLower(at: string, number: number): void {
  for (const name of readdirSync(at)) {
    const lower = numberOf(name);
    if (name.startsWith(CLAIM) || (lower > 0 && lower < number)) rmSync(`${at}/${name}`, { force: true });
  }
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Who may enter the folder may ask whether somebody is there.
    server.listen({ path, writableAll: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => server.close(() => closed()));
}

/** Whether somebody listens at a socket; the answer is the kernel's, also for an owner that is stopped or busy. */
function look(path: string): Promise<"alive" | "dead" | "gone"> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve("alive");
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve("dead");
      else if (error.code === "ENOENT") resolve("gone");
      // So many have asked that its queue is full.
      else if (error.code === "EAGAIN") resolve("alive");
      else reject(error);
    });
  });
}

function taken(folder: string): VigilError {
  return new VigilError(
    "conflict",
    `folder ${folder} is in use by another process; one process owns a data folder: stop the other one or give this one a folder of its own`,
  );
}

function unlockable(folder: string, cause: Error, reason: string): VigilError {
  return new VigilError(
    "unavailable",
    `folder ${folder} can't be locked for this process: ${reason}; it must be writable for this user, on a disk of this host whose file system holds Unix sockets and hard links`,
    { cause },
  );
}
