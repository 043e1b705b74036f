/**
 * Releases that the hosts run: tarballs of `make release`, unpacked into a folder each, so that two of them can be at work at
 * once. They are of what is committed.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeNext } from "./next-release.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Tarballs that are there already: in place of the one of this commit, and an earlier one to begin with. */
const { VIGIL_CLUSTER_RELEASE, VIGIL_CLUSTER_FROM } = process.env;

export interface Release {
  readonly version: string;
  /** Program and arguments that the name of a role is put behind. */
  readonly program: readonly [string, ...string[]];
}

/** The release that all hosts begin with. @param parent folder that its own is made in */
export function firstRelease(parent: string): Release {
  return releaseIn(unpack(VIGIL_CLUSTER_FROM || tarball(), parent));
}

/**
 * A release to upgrade to: the present one, if all begin with an earlier one. Else it is given another version, and says more on
 * the wire than the present one knows: each event's envelope and each request over gRPC has a member that was added.
 */
export function nextRelease(parent: string): Release {
  const dir = unpack(tarball(), parent);
  if (!VIGIL_CLUSTER_FROM) makeNext(dir);
  return releaseIn(dir);
}

function releaseIn(dir: string): Release {
  const { version } = JSON.parse(readFileSync(join(dir, "packages/vigil/package.json"), "utf8")) as {
    version: string;
  };
  return { version, program: [join(dir, "bin/vigil")] };
}

/** As docs/deployment.md has it, but for the place. */
function unpack(file: string, parent: string): string {
  const dir = mkdtempSync(join(parent, "release-"));
  execFileSync("tar", ["-xzf", file, "-C", dir, "--strip-components=1"]);
  return dir;
}

/** Of the commit that is checked out; made when it is asked for the first time. */
function tarball(): string {
  if (VIGIL_CLUSTER_RELEASE) return VIGIL_CLUSTER_RELEASE;
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();
  const parent = join(ROOT, ".cache/cluster");
  const folder = join(parent, commit);
  if (!existsSync(folder)) {
    process.stderr.write(`making the release of commit ${commit.slice(0, 12)}: a minute or two ...\n`);
    rmSync(parent, { recursive: true, force: true });
    mkdirSync(parent, { recursive: true });
    const unfinished = join(parent, "unfinished");
    const script = join(ROOT, "tools/release.ts");
    execFileSync(process.execPath, [script, "--arch", process.arch, "--out", unfinished], {
      stdio: "inherit",
    });
    renameSync(unfinished, folder);
  }
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tar.gz"))!);
}
