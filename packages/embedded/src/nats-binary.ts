import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { VigilError } from "@vigil/core";
import { unpackDebianFile } from "./debian-package.ts";
import { defaultCacheDir } from "./server-user.ts";

const run = promisify(execFile);

const PROGRAM = "nats-server";
/** Debian 12 has 2.9.10; nothing Vigil needs came later, and object store and KV came with 2.9 or before. */
const VERSION_MIN: readonly [number, number] = [2, 9];

const WHAT_TO_DO =
  "install nats-server 2.9 or later (Debian: apt-get install nats-server); vigil up also takes a running one with JetStream by NATS_URL";

export interface FindNatsServerOptions {
  /** Where an unpacked nats-server is kept. Default: `defaultCacheDir()`. */
  cacheDir?: string;
  /** Called once when a download starts, for a progress line. */
  onDownload?: () => void;
  /** PATH to search. Default: this process's. */
  searchPath?: string;
}

/**
 * Path of a nats-server 2.9 or later: on PATH, in /usr/sbin, in the cache folder, else unpacked there from
 * Debian's package, which needs apt but not root. Concurrent callers may download twice, but each sees a
 * whole file.
 *
 * @throws VigilError unavailable when there is none and none can be had; the message says what to do.
 */
export async function findNatsServer(options: FindNatsServerOptions = {}): Promise<string> {
  const cached = join(options.cacheDir ?? defaultCacheDir(), `${PROGRAM}-${process.arch}`);
  const folders = (options.searchPath ?? process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "");
  const tooOld: string[] = [];
  for (const candidate of [...folders, "/usr/local/sbin", "/usr/sbin"]
    .map((f) => join(f, PROGRAM))
    .concat(cached)) {
    const version = await versionOf(candidate);
    if (version === undefined) continue;
    if (isRecent(version)) return candidate;
    tooOld.push(`${candidate} (${version.join(".")})`);
  }
  options.onDownload?.();
  try {
    await unpackDebianFile(PROGRAM, `usr/sbin/${PROGRAM}`, cached);
  } catch (error) {
    const seen = tooOld.length > 0 ? ` Too old: ${tooOld.join(", ")}.` : "";
    throw new VigilError(
      "unavailable",
      `no usable nats-server was found and Debian's package could not be fetched: ${firstLine(error)}.${seen} What to do: ${WHAT_TO_DO}`,
      { cause: error },
    );
  }
  return cached;
}

async function versionOf(binary: string): Promise<[number, number] | undefined> {
  try {
    accessSync(binary, constants.X_OK);
    const { stdout } = await run(binary, ["--version"]);
    const found = /v?(\d+)\.(\d+)\./.exec(stdout);
    return found ? [Number(found[1]), Number(found[2])] : undefined;
  } catch {
    return undefined;
  }
}

function isRecent([major, minor]: [number, number]): boolean {
  return major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1]);
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr || message).split("\n").filter((line) => line !== "");
  return lines.find((line) => line.startsWith("E: ")) ?? lines[0] ?? message;
}
