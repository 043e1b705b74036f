/**
 * Releases that the hosts run: made of what is committed, since nobody releases what is not, in a folder of their own, so
 * that two of them can be at work at once.
 */

import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

/**
 * A release after the present one: another version, which says more on the wire than this one knows. Each event's envelope and
 * each request over gRPC has a member that was added.
 */
export function nextRelease(): Release {
  return makeRelease((dir) => {
    for (const manifest of ["package.json", "packages/vigil/package.json"])
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
  });
}

/** @throws Error when the file has no such text: the release would be the same */
function patch(file: string, text: string | RegExp, by: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(text, by);
  if (after === before) throw new Error(`${file} has no ${text}: the next release can't be made of it`);
  writeFileSync(file, after);
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
