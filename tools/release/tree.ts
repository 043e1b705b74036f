import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Architecture, nodePackage } from "./architectures.ts";
import type { Source } from "./source.ts";

/** What of a checkout is released, dependencies included. */
const RELEASED: readonly string[] = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "deploy",
  "docs",
  "examples",
  "node_modules",
  "package.json",
  "packages",
  "proto",
];

/** What of it is not: tests, and what only a checkout has a use for. Paths below the tree. */
const NOT_RELEASED: readonly RegExp[] = [
  /^(packages|examples)\/.*\.test\.ts$/,
  /^packages\/.*\/testing$/,
  /^deploy\/(debian|dev)$/,
  // Links to tools of dependencies, and npm's own list of what it installed.
  /^node_modules\/\.(bin|package-lock\.json)$/,
  // Node.js's headers and manual, a third of its size.
  /^node_modules\/node-linux-\w+\/(include|share)$/,
];

/**
 * Makes the tree of a release out of a checkout with its dependencies, in a folder that does not exist yet. The checkout
 * is of no use afterwards.
 */
export function layOut(source: Source, tree: string, arch: Architecture, sbom: string): void {
  mkdirSync(tree);
  for (const name of RELEASED) renameSync(join(source.folder, name), join(tree, name));
  for (const path of pathsOf(tree))
    if (NOT_RELEASED.some((pattern) => pattern.test(path)))
      rmSync(join(tree, path), { recursive: true, force: true });
  mkdirSync(join(tree, "bin"));
  cpSync(join(import.meta.dirname, "vigil.sh"), join(tree, "bin/vigil"));
  chmodSync(join(tree, "bin/vigil"), 0o755);
  symlinkSync(`../node_modules/${nodePackage(arch)}/bin/node`, join(tree, "bin/node"));
  writeFileSync(join(tree, "sbom.cdx.json"), sbom);
  writeFileSync(join(tree, "RELEASE"), releaseText(source, arch, tree));
}

/** For people and for scripts: `KEY=value`, as /etc/os-release has it. */
function releaseText({ version, commit, committedAtS }: Source, arch: Architecture, tree: string): string {
  const node = join(tree, "node_modules", nodePackage(arch), "package.json");
  const lines = {
    VERSION: version,
    COMMIT: commit,
    COMMITTED_AT: new Date(committedAtS * 1000).toISOString(),
    PLATFORM: `linux-${arch}`,
    NODE: (JSON.parse(readFileSync(node, "utf8")) as { version: string }).version,
  };
  return `${Object.entries(lines)
    .map(([key, value]) => `${key}=${value}`)
    .join("\n")}\n`;
}

/** Gives every entry one time and one of two modes, whatever umask and clock the build had. */
export function settle(tree: string, timeS: number): void {
  for (const path of ["", ...pathsOf(tree)].reverse()) {
    const full = join(tree, path);
    const entry = lstatSync(full);
    if (!entry.isSymbolicLink()) {
      const runs = entry.isDirectory() || (entry.mode & 0o100) !== 0;
      chmodSync(full, runs ? 0o755 : 0o644);
    }
    lutimesSync(full, timeS, timeS);
  }
}

/** Paths of everything below a folder, parents before their children; links are not followed. */
export function pathsOf(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? [path, ...pathsOf(folder, path)] : [path];
  });
}
