import { spawn } from "node:child_process";
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { VigilError } from "@vigil/core";
import { SERVER_ENVIRONMENT } from "./guarded-process.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import type { ServerUser } from "./server-user.ts";

/** The role that owns everything in an embedded cluster. */
export const SUPERUSER = "vigil";

export interface NewCluster {
  folder: string;
  /** The cluster's own folder, below `folder`. */
  data: string;
  /** "" for none. */
  password: string;
  binaries: PostgresBinaries;
  user: ServerUser | undefined;
}

/**
 * Makes a cluster with initdb. With a password: scram-sha-256 and everything synced to disk; without: trust
 * and no syncing, for tests.
 * @throws VigilError unavailable when initdb fails.
 */
export async function initialise(cluster: NewCluster): Promise<void> {
  // Under another name until it is whole: initdb can be killed half-way.
  const unfinished = `${cluster.data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(unfinished, cluster.user);
  const passwordFile = join(cluster.folder, "initdb.password");
  const args = ["-D", unfinished, "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--no-instructions"];
  if (cluster.password === "") {
    args.push("--auth=trust", "--no-sync");
  } else {
    writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
    giveTo(passwordFile, cluster.user);
    args.push("--auth=scram-sha-256", `--pwfile=${passwordFile}`);
  }
  try {
    await runInitdb(cluster, args);
    renameSync(unfinished, cluster.data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function giveTo(path: string, user: ServerUser | undefined): void {
  if (user) chownSync(path, user.uid, user.gid);
}

async function runInitdb(cluster: NewCluster, args: string[]): Promise<void> {
  const child = spawn(cluster.binaries.initdb, args, {
    cwd: cluster.folder,
    env: SERVER_ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe"],
    ...(cluster.user ?? {}),
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? "" : `${signal ?? `exit status ${code}`}`));
  });
  const [problem, output] = await Promise.all([ended, text(child.stderr)]);
  if (problem !== "") {
    throw new VigilError(
      "unavailable",
      `initdb could not make a PostgreSQL cluster in ${cluster.folder}: ${problem}\n${output.trim()}`,
    );
  }
}
