import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { VigilError } from "@vigil/core";

/** `nobody` and `nogroup`: PostgreSQL refuses to run as root, and no user is created for it. */
const UNPRIVILEGED_ID = 65_534;
const ANYONE_MAY_ENTER = 0o001;

/** Whom PostgreSQL runs as when it must not run as the caller. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** The user PostgreSQL must run as; undefined when it can run as the caller. */
export function serverUser(): ServerUser | undefined {
  return process.geteuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : undefined;
}

/** Whether any user may pass through every folder from the root down to and including `folder`. */
export function isOpenToAnyone(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      if ((statSync(at).mode & ANYONE_MAY_ENTER) === 0) return false;
    } catch {
      // Does not exist yet: created below, with a mode of the creator's choice.
    }
    if (at === dirname(at)) return true;
  }
}

/** Makes a folder and its missing parents; gives the first one that was missing. @throws VigilError unavailable when this user may not */
export function makeFolder(folder: string): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw folderError(folder, error as Error);
  }
}

function folderError(folder: string, error: Error): VigilError {
  return new VigilError(
    "unavailable",
    `cannot make the folder ${folder}: ${error.message}; choose one that you may write to (VIGIL_DATA_DIR, VIGIL_CACHE_DIR)`,
    { cause: error },
  );
}

/**
 * Makes a folder and its missing parents so that the unprivileged user can pass through them, whatever the
 * umask is. What is in them is protected by its own mode.
 */
export function makeOpenFolder(folder: string): void {
  const first = makeFolder(folder);
  if (first === undefined) return;
  for (let at = resolve(folder); at.length >= first.length; at = dirname(at)) chmodSync(at, 0o711);
}

/**
 * Where downloaded or copied binaries are kept: `$XDG_CACHE_HOME/vigil`, `~/.cache/vigil`, for root
 * `/var/cache/vigil` (others must be able to enter it), and without a usable home a folder of this user
 * below the temporary folder.
 */
export function defaultCacheDir(): string {
  const { uid, homedir } = userInfo();
  if (uid === 0) return "/var/cache/vigil";
  const base = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir, ".cache");
  return isCreatable(base) ? join(base, "vigil") : privateTemporaryFolder(`vigil-cache-${uid}`, uid);
}

function isCreatable(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      accessSync(at, constants.W_OK | constants.X_OK);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || at === dirname(at)) return false;
    }
  }
}

function privateTemporaryFolder(name: string, uid: number): string {
  const folder = join(tmpdir(), name);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found && found.uid !== uid) {
    throw new VigilError(
      "unavailable",
      `${folder} belongs to user ${found.uid}, not to ${uid}; set XDG_CACHE_HOME to a folder of your own`,
    );
  }
  return folder;
}
