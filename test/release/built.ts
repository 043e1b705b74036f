/** The files of a release, built in a clean clone of what is committed. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** Runs a program to its end. @throws Error with all it wrote when it fails */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 ** 2,
    ...options,
  });
}

/** A folder that any user may enter. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vigil-test-release-"));
  run("chmod", ["755", folder]);
  return folder;
}

/**
 * Builds the release for this machine. The clone has no packages of its own: the build installs what it packs, and only
 * the Node.js and the parser that run the build come from here.
 *
 * @param env of the build, which must make no difference
 * @returns folder of the files
 */
export function build(env: NodeJS.ProcessEnv, umask: string): string {
  const clone = join(openFolder(), "clone");
  run("git", ["clone", "--quiet", "--", REPOSITORY, clone]);
  symlinkSync(join(REPOSITORY, "node_modules"), join(clone, "node_modules"));
  const command = `umask ${umask}; exec "$0" tools/release.ts --arch ${process.arch}`;
  execFileSync("sh", ["-c", command, process.execPath], {
    cwd: clone,
    env: { ...process.env, ...env },
    stdio: "pipe",
  });
  return join(clone, "dist");
}
