/**
 * Releases that the hosts run: made of what is committed, since nobody releases what is not, in a folder of their own, so
 * that two of them can be at work at once.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Of the tree, what runs. */
const PARTS = ["packages", "proto", "package.json"];

export interface Release {
  readonly version: string;
  /** Its folder. */
  readonly dir: string;
  /** Program and arguments that the name of a role is put behind. */
  readonly program: readonly [string, ...string[]];
}

/** @param change what makes it another release than the present one, done to the tree in its folder */
export function makeRelease(change: (dir: string) => void = () => undefined): Release {
  const dir = mkdtempSync(join(tmpdir(), "vigil-release-"));
  const archive = execFileSync("git", ["archive", "HEAD", ...PARTS], {
    cwd: ROOT,
    maxBuffer: 256 * 1024 ** 2,
  });
  execFileSync("tar", ["-x", "-C", dir], { input: archive });
  linkModules(dir);
  change(dir);
  const { version } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as { version: string };
  return { version, dir, program: [process.execPath, join(dir, "packages/vigil/bin/vigil.js")] };
}

export function removeRelease({ dir }: Release): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Dependencies are those of this tree, Vigil's own packages those of the release. */
function linkModules(dir: string): void {
  const own = join(dir, "node_modules/@vigil");
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(join(dir, "packages")))
    symlinkSync(`../../packages/${name}`, join(own, name));
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (name !== "@vigil") symlinkSync(join(ROOT, "node_modules", name), join(dir, "node_modules", name));
}
