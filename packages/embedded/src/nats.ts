import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { VigilError } from "@vigil/core";
import { lockFolder } from "./folder-lock.ts";
import { startGuarded } from "./guarded-process.ts";
import { findNatsServer } from "./nats-binary.ts";
import { readPassword } from "./password-file.ts";
import { LOOPBACK } from "./ports.ts";
import type { RunningServer } from "./postgres.ts";
import { removePidFile, stopOrphan, writePidFile } from "./process-identity.ts";
import { makeFolder } from "./server-user.ts";

/**
 * Largest message unless more is asked for: the server's own default, written down so that nothing depends on
 * the default of one release. The limits of edge and bus are derived from what the server says.
 */
const MAX_PAYLOAD_BYTES = 1_048_576;
/** The server refuses to start with more: it is the most it queues for one client. */
const MAX_PAYLOAD_BYTES_MAX = 64 * 1024 ** 2;
const USER = "vigil";
/** Upper bounds of JetStream's stores, not reservations; the defaults would be 75 % of disk and memory. */
const FILE_STORE_BYTES_MAX = 16 * 1024 ** 3;
const MEMORY_STORE_BYTES_MAX = 256 * 1024 ** 2;

export interface StartNatsOptions {
  /** Folder of this server; made if missing. Required when data is kept. Default: a temporary folder. */
  dir?: string;
  /** Path of nats-server. Default: `findNatsServer()`. */
  binary?: string;
  /** Fixed port on 127.0.0.1, 1 to 65535. Default: any free one. */
  port?: number;
  /** Largest message that must be taken, bytes. Never less than 1 MiB, never more than 64 MiB are. */
  maxPayloadBytes?: number;
  /**
   * More of nats-server's configuration: TLS, accounts. Logging in is then its matter: there is no generated password,
   * in the URL neither.
   */
  security?: string;
  /**
   * true: data survives `stop()`, clients need the generated password, which is part of the URL.
   * false: for tests; no password, everything is removed by `stop()`.
   */
  keepData: boolean;
}

/**
 * Starts a nats-server with JetStream on 127.0.0.1. It ends with this process, even by kill -9; what an
 * earlier owner left behind is recovered.
 *
 * @throws VigilError conflict when another process has the folder, unavailable when there is no nats-server
 *   or it does not start (the message ends with its log).
 */
export async function startNats(options: StartNatsOptions): Promise<RunningServer> {
  if (options.keepData && options.dir === undefined) {
    throw new VigilError("invalid-input", "startNats: keepData needs dir, the folder to keep the data in");
  }
  const binary = options.binary ?? (await findNatsServer());
  const folder =
    options.dir === undefined ? mkdtempSync(join(tmpdir(), "vigil-nats-")) : resolve(options.dir);
  makeFolder(folder);
  const lock = await lockFolder(folder);
  const giveUp = async () => {
    await lock.release();
    if (!options.keepData) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const server = await startIn(folder, binary, options);
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= server.stop().then(giveUp);
      return stopping;
    };
    return { ...server, stop };
  } catch (error) {
    await giveUp();
    throw error;
  }
}

async function startIn(folder: string, binary: string, options: StartNatsOptions): Promise<RunningServer> {
  const pidFile = join(folder, "server.pid");
  await stopOrphan(pidFile);
  removePortsFiles(folder);
  const password = options.keepData && options.security === undefined ? readPassword(folder) : "";
  const configFile = join(folder, "nats-server.conf");
  writeFileSync(configFile, configText(folder, options, password), { mode: 0o600 });
  const server = await startGuarded({
    name: "nats-server",
    binary,
    args: ["-c", configFile],
    workingFolder: folder,
    logFile: join(folder, "nats-server.log"),
    stopSignal: "SIGTERM",
    removeFolder: options.keepData ? "" : folder,
    isReady: (pid) => readUrl(folder, pid) !== undefined,
  });
  writePidFile(pidFile, server.pid);
  void server.exited.then(() => removePidFile(pidFile));
  const url = readUrl(folder, server.pid) ?? "";
  return { ...server, url: password === "" ? url : url.replace("://", `://${USER}:${password}@`) };
}

/**
 * Settings that 2.9 knows. There is none for syncing: `sync_interval` came with 2.10 and 2.9 refuses to start
 * with it; both flush to the file before they acknowledge and sync every two minutes.
 */
function configText(folder: string, options: StartNatsOptions, password: string): string {
  const { port, maxPayloadBytes = MAX_PAYLOAD_BYTES } = options;
  const payload = Math.min(Math.max(maxPayloadBytes, MAX_PAYLOAD_BYTES), MAX_PAYLOAD_BYTES_MAX);
  return `${[
    `host: "${LOOPBACK}"`,
    `port: ${port ?? -1}`,
    `ports_file_dir: ${JSON.stringify(folder)}`,
    `max_payload: ${payload}`,
    ...(password === "" ? [] : [`authorization { user: "${USER}", password: "${password}" }`]),
    ...(options.security === undefined ? [] : [options.security]),
    "jetstream {",
    `  store_dir: ${JSON.stringify(join(folder, "data"))}`,
    `  max_file_store: ${FILE_STORE_BYTES_MAX}`,
    `  max_memory_store: ${MEMORY_STORE_BYTES_MAX}`,
    "}",
  ].join("\n")}\n`;
}

/**
 * The server writes `<name of its binary>_<pid>.ports` when it listens; before that the file is absent or
 * half-written.
 */
function readUrl(folder: string, pid: number): string | undefined {
  const name = readdirSync(folder).find((file) => file.endsWith(`_${pid}.ports`));
  if (name === undefined) return undefined;
  try {
    const ports = JSON.parse(readFileSync(join(folder, name), "utf8")) as { nats?: string[] };
    return ports.nats?.[0];
  } catch {
    return undefined;
  }
}

function removePortsFiles(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith(".ports")) rmSync(join(folder, name));
}
