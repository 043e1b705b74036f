import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { VigilError } from "@vigil/core";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { type GuardedProcess, startGuarded } from "./guarded-process.ts";
import { readPassword } from "./password-file.ts";
import { findFreePort, LOOPBACK } from "./ports.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { initialise, SUPERUSER } from "./postgres-cluster.ts";
import { placeFor } from "./postgres-place.ts";
import { identify, removePidFile, stopOrphan, writePidFile } from "./process-identity.ts";
import {
  defaultCacheDir,
  isOpenToAnyone,
  makeFolder,
  makeOpenFolder,
  type ServerUser,
  serverUser,
} from "./server-user.ts";

/** Ports are guessed free and can be taken in between; each try takes a new one. */
const PORT_TRIES_MAX = 5;
const PORT_TAKEN_MESSAGE = /could not create any TCP\/IP sockets/;
/** How long the backends of a killed server may take to notice; they look every second or so. */
const LEFTOVERS_MS_MAX = 10_000;
const LEFTOVERS_POLL_MS = 200;
const LEFTOVERS_MESSAGE = /pre-existing shared memory block .* is still in use/;
/** Sixteen to 32 per state process, a few test files at once, and the migrator. */
const CONNECTIONS_MAX = 200;

export interface StartPostgresOptions {
  /** Folder of this server; made if missing. Required when data is kept. Default: a temporary folder. */
  dir?: string;
  /**
   * true: data survives `stop()`, commits are durable, connections need the generated password.
   * false: for tests; no syncing, no password, everything is removed by `stop()`.
   */
  keepData: boolean;
  /** Fixed port on 127.0.0.1, 1 to 65535. Default: any free one. */
  port?: number;
  /** Takes encrypted connections as well. */
  tls?: PostgresTls;
  /** Variables for the server beside what all servers get: a library that fakes its clock, for tests. */
  environment?: Record<string, string>;
  /** Where copies of the binaries go if root needs one. Default: `defaultCacheDir()`. */
  cacheDir?: string;
}

/** Paths of PEM files. The server gets a copy of the key, which must be its own. */
export interface PostgresTls {
  cert: string;
  key: string;
  /** Certificates that clients show must come from these authorities; they need not show one. */
  clientCa?: string;
}

export interface RunningServer {
  /** Connection URL on 127.0.0.1; it carries the password where there is one: never log it. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has ended, wanted or not, with a word on how. */
  readonly exited: Promise<string>;
  /** Stops the server, waits until it is gone, gives up the folder. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL 18 of our own on 127.0.0.1, without a Unix socket. Superuser `vigil`, database
 * `postgres`. It ends with this process, even by kill -9; what an earlier owner left behind is recovered.
 *
 * @throws VigilError conflict when another process has the folder, unavailable when the server does not
 *   start (the message ends with its log).
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningServer> {
  if (options.keepData && options.dir === undefined) {
    throw new VigilError(
      "invalid-input",
      "startPostgres: keepData needs dir, the folder to keep the data in",
    );
  }
  const user = serverUser();
  const binaries = findPostgresBinaries({
    forOtherUser: user !== undefined,
    cacheDir: options.cacheDir ?? defaultCacheDir(),
  });
  const folder = makeServerFolder(options.dir, user);
  const lock = await lockFolder(folder);
  try {
    const server = await startIn({ folder, binaries, user, ...options });
    return { ...server, stop: once(() => stopAll(server, folder, lock, options.keepData)) };
  } catch (error) {
    await lock.release();
    if (!options.keepData) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function makeServerFolder(dir: string | undefined, user: ServerUser | undefined): string {
  if (dir === undefined) {
    const base = user && !isOpenToAnyone(tmpdir()) ? "/tmp" : tmpdir();
    const folder = mkdtempSync(join(base, "vigil-postgres-"));
    // mkdtemp's 0700 would shut out the user the server runs as.
    if (user) chmodSync(folder, 0o711);
    return folder;
  }
  const folder = resolve(dir);
  if (!user) {
    makeFolder(folder);
    return folder;
  }
  makeOpenFolder(folder);
  return placeFor(folder, user);
}

interface StartIn {
  folder: string;
  binaries: PostgresBinaries;
  user: ServerUser | undefined;
  keepData: boolean;
  port?: number;
  tls?: PostgresTls;
  environment?: Record<string, string>;
}

async function startIn(start: StartIn): Promise<Omit<RunningServer, "stop"> & { stop(): Promise<void> }> {
  const { folder, keepData } = start;
  const pidFile = join(folder, "server.pid");
  await stopOrphan(pidFile);
  const data = join(folder, "data");
  const password = keepData ? readPassword(folder) : "";
  if (!existsSync(data)) await initialise({ ...start, data, password });
  removeForeignPid(data);

  const { server, port } = await startOnSomePort(start, data);
  writePidFile(pidFile, server.pid);
  void server.exited.then(() => removePidFile(pidFile));
  const login = keepData ? `${SUPERUSER}:${password}` : SUPERUSER;
  return { ...server, url: `postgresql://${login}@${LOOPBACK}:${port}/postgres` };
}

/**
 * A postmaster.pid that outlived its server (a reboot, a kill) can name a process that has nothing to do with
 * PostgreSQL, which would then refuse to start. A dead server's file stays: from it PostgreSQL finds out
 * whether backends of that server are still at work on the data.
 */
function removeForeignPid(data: string): void {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, "latin1"), 10);
  if (identify(pid) !== undefined && workingFolderOf(pid) !== realpathSync(data)) rmSync(file);
}

/** A postmaster works in its data folder. Undefined for another user's process, which is no server of ours. */
function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Tries again where that can help: the port was taken meanwhile, or a killed server's backends still end. */
async function startOnSomePort(
  start: StartIn,
  data: string,
): Promise<{ server: GuardedProcess; port: number }> {
  const deadline = performance.now() + LEFTOVERS_MS_MAX;
  for (let tries = 1; ; tries++) {
    const port = start.port ?? (await findFreePort());
    try {
      return { server: await startServer(start, data, port), port };
    } catch (error) {
      const message = error instanceof VigilError ? error.message : "";
      const leftovers = LEFTOVERS_MESSAGE.test(message) && performance.now() < deadline;
      const taken = PORT_TAKEN_MESSAGE.test(message) && start.port === undefined && tries < PORT_TRIES_MAX;
      if (!leftovers && !taken) throw error;
      if (leftovers) await sleep(LEFTOVERS_POLL_MS);
    }
  }
}

function startServer(start: StartIn, data: string, port: number): Promise<GuardedProcess> {
  const pidFile = join(data, "postmaster.pid");
  return startGuarded({
    name: "PostgreSQL",
    binary: start.binaries.postgres,
    args: ["-D", data, ...settings(start, port).flatMap((setting) => ["-c", setting])],
    workingFolder: start.folder,
    logFile: join(start.folder, "postgres.log"),
    stopSignal: start.keepData ? "SIGINT" : "SIGQUIT",
    removeFolder: start.keepData ? "" : start.folder,
    uid: start.user?.uid,
    gid: start.user?.gid,
    environment: start.environment,
    // The server's own statement of its state, as pg_ctl reads it: line 1 pid, line 8 status.
    isReady: (pid) => {
      const lines = existsSync(pidFile) ? readFileSync(pidFile, "latin1").split("\n") : [];
      return lines[0] === `${pid}` && lines[7]?.trim() === "ready";
    },
  });
}

function settings({ keepData, tls, folder, user }: StartIn, port: number): string[] {
  return [
    ...(tls === undefined ? [] : tlsSettings(tls, folder, user)),
    `listen_addresses=${LOOPBACK}`,
    `port=${port}`,
    "unix_socket_directories=",
    `max_connections=${CONNECTIONS_MAX}`,
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    ...(keepData ? [] : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
  ];
}

/** PostgreSQL refuses a key that others can read or that is not its own user's. */
function tlsSettings(tls: PostgresTls, folder: string, user: ServerUser | undefined): string[] {
  const own = (name: string, path: string) => {
    const copy = join(folder, name);
    copyFileSync(path, copy);
    chmodSync(copy, 0o600);
    if (user) chownSync(copy, user.uid, user.gid);
    return copy;
  };
  return [
    "ssl=on",
    `ssl_cert_file=${own("server.crt", tls.cert)}`,
    `ssl_key_file=${own("server.key", tls.key)}`,
    ...(tls.clientCa === undefined ? [] : [`ssl_ca_file=${own("clients.crt", tls.clientCa)}`]),
  ];
}

async function stopAll(
  server: { stop(): Promise<void> },
  folder: string,
  lock: FolderLock,
  keepData: boolean,
): Promise<void> {
  await server.stop();
  await lock.release();
  if (!keepData) rmSync(folder, { recursive: true, force: true });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= action();
    return result;
  };
}
