/**
 * Releases that the hosts run: tarballs of `make release`, unpacked into a folder each, so that two of them can be at work at
 * once. They are of what is committed.
 */

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Tarballs that are there already: an earlier release to begin with, and one to upgrade to. */
const { VIGIL_CLUSTER_FROM, VIGIL_CLUSTER_TO } = process.env;

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
 * A release to upgrade to: unless one is given, the present one with another version, which says more on the wire than the
 * present one knows. Each event's envelope and each request over gRPC has a member that was added.
 */
export function nextRelease(parent: string): Release {
  const dir = unpack(VIGIL_CLUSTER_TO || tarball(), parent);
  if (!VIGIL_CLUSTER_TO) makeNext(dir);
  return releaseIn(dir);
}

function makeNext(dir: string): void {
  for (const manifest of readdirSync(join(dir, "packages")).map((name) => `packages/${name}/package.json`))
    patch(join(dir, manifest), /"version": "[^"]*"/, '"version": "0.2.0"');
  patch(
    join(dir, "packages/bus/src/envelope.ts"),
    "asciiJson(event)",
    'asciiJson({ ...event, added: "0.2.0" })',
  );
  for (const file of readdirSync(join(dir, "proto/vigil/v1")))
    patch(join(dir, "proto/vigil/v1", file), /^(message \w+Request \{)/gm, "$1\n  string added = 1000;");
  patch(
    join(dir, "packages/proto/src/client.ts"),
    /( +method\.responseDeserialize,\n +)request,/,
    '$1{ ...request, added: "0.2.0" },',
  );
}

/** @throws Error when the file has no such text: the release would be the same */
function patch(file: string, text: string | RegExp, by: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(text, by);
  if (after === before) throw new Error(`${file} has no ${text}: the next release can't be made of it`);
  writeFileSync(file, after);
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
