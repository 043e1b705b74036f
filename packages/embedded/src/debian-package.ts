/** One file out of a package of the machine's Debian: needs apt, but not root. */

import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFolder } from "./server-user.ts";

const run = promisify(execFile);

const DOWNLOAD_MS_MAX = 180_000;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * @param file path in the package, without a slash in front
 * @param target where it goes, whole or not at all; its folder is made
 * @throws Error of apt-get or dpkg
 */
export async function unpackDebianFile(name: string, file: string, target: string): Promise<void> {
  const folder = join(target, "..");
  makeFolder(folder);
  const work = mkdtempSync(join(folder, "unpack-"));
  try {
    await downloadPackage(work, name);
    const archive = readdirSync(work).find((found) => found.endsWith(".deb"));
    if (!archive) throw new Error("apt-get download left no .deb file");
    await run("dpkg", ["-x", join(work, archive), join(work, "root")]);
    const unfinished = join(work, "unfinished");
    copyFileSync(join(work, "root", file), unfinished);
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** With the machine's package lists, or with private ones where those are missing or not readable. */
async function downloadPackage(work: string, name: string): Promise<void> {
  const options = { cwd: work, timeout: DOWNLOAD_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  try {
    await run("apt-get", ["download", name], options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error("there is no apt-get here");
    mkdirSync(join(work, "lists/partial"), { recursive: true });
    mkdirSync(join(work, "cache/archives/partial"), { recursive: true });
    const own = [
      `Dir::State::lists=${work}/lists`,
      `Dir::Cache=${work}/cache`,
      "Dir::State::status=/dev/null",
    ].flatMap((setting) => ["-o", setting]);
    await run("apt-get", [...own, "update"], options);
    await run("apt-get", [...own, "download", name], options);
  }
}
