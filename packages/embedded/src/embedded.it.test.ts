import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startNats } from "./nats.ts";
import { type RunningServer, startPostgres } from "./postgres.ts";
import { identify, waitUntil } from "./process-identity.ts";

const isRoot = process.geteuid?.() === 0;
const folders: string[] = [];
const started: RunningServer[] = [];
const children: ChildProcess[] = [];

function makeFolder(mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "vigil-embedded-test-"));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

async function track(starting: Promise<RunningServer>): Promise<RunningServer> {
  const server = await starting;
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of started.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Whether something accepts TCP connections at a URL's host and port. */
function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A process of its own that starts both servers in `folder` and prints their pids, then waits. */
async function startOwner(
  folder: string,
  user: { uid?: number; gid?: number; env?: NodeJS.ProcessEnv } = {},
) {
  const script = `
    import { startNats, startPostgres } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const nats = await startNats({ dir: ${JSON.stringify(join(folder, "nats"))}, keepData: true });
    const postgres = await startPostgres({ dir: ${JSON.stringify(join(folder, "postgres"))}, keepData: true });
    process.on("SIGTERM", async () => { await Promise.all([nats.stop(), postgres.stop()]); process.exit(0); });
    console.log(JSON.stringify({ natsPid: nats.pid, postgresPid: postgres.pid, natsUrl: nats.url, postgresUrl: postgres.url }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: "/",
    ...user,
  });
  children.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await waitUntil(() => output.includes("\n") || child.exitCode !== null, 30_000);
  const pids = JSON.parse(output) as Record<"natsPid" | "postgresPid", number> &
    Record<"natsUrl" | "postgresUrl", string>;
  return { child, ...pids };
}

const gone = (pid: number) => identify(pid) === undefined;

describe("servers of our own", () => {
  test("start on loopback, stop, and leave no folder behind", async () => {
    const nats = await track(startNats({ keepData: false }));
    const postgres = await track(startPostgres({ keepData: false }));
    expect(nats.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
    expect(postgres.url).toMatch(/^postgresql:\/\/vigil@127\.0\.0\.1:\d+\/postgres$/);
    expect(await accepts(nats.url)).toBe(true);
    expect(await accepts(postgres.url)).toBe(true);
    const postgresFolder = readFileSync(`/proc/${postgres.pid}/cmdline`, "utf8").split("\0")[2] ?? "";
    expect(existsSync(postgresFolder)).toBe(true);

    await Promise.all([nats.stop(), postgres.stop(), postgres.stop()]);
    expect(gone(nats.pid) && gone(postgres.pid)).toBe(true);
    expect(await accepts(postgres.url)).toBe(false);
    expect(existsSync(postgresFolder)).toBe(false);
  });

  test("keep data, password and chosen port over a restart", async () => {
    const dir = makeFolder();
    const first = await track(startPostgres({ dir, keepData: true }));
    const port = Number(new URL(first.url).port);
    const systemId = statSync(join(dir, "data/PG_VERSION")).ino;
    await first.stop();
    const second = await track(startPostgres({ dir, keepData: true, port }));
    expect(second.url).toBe(first.url);
    const nats = await track(startNats({ dir: join(dir, "nats"), keepData: true }));
    expect(new URL(nats.url).password.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dir, "data/PG_VERSION")).ino).toBe(systemId);
    expect(new URL(second.url).password.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dir, "password")).mode & 0o777).toBe(0o600);
  });

  test("a folder has one owner at a time", async () => {
    const dir = makeFolder();
    const first = await track(startNats({ dir, keepData: true }));
    await expect(startNats({ dir, keepData: true })).rejects.toMatchObject({ kind: "conflict" });
    await first.stop();
    await track(startNats({ dir, keepData: true }));
  });

  test("two starters at once get different servers", async () => {
    const servers = await Promise.all([1, 2, 3].map(() => track(startPostgres({ keepData: false }))));
    expect(new Set(servers.map((server) => server.url)).size).toBe(3);
  });

  test("a server that cannot start says why, with its log", async () => {
    const nats = await track(startNats({ keepData: false }));
    const port = Number(new URL(nats.url).port);
    await expect(startNats({ keepData: false, port })).rejects.toThrow(/address already in use/);
    await expect(startPostgres({ keepData: false, port })).rejects.toThrow(/Address already in use/);
  });
});

describe("an owner that is killed", () => {
  test("takes its servers with it, and the next owner of the folder starts", async () => {
    const folder = makeFolder();
    const first = await startOwner(folder);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    const second = await startOwner(folder);
    expect(gone(first.natsPid) && gone(first.postgresPid)).toBe(true);
    expect(second.postgresUrl.split("@")[0]).toBe(first.postgresUrl.split("@")[0]);
    second.child.kill("SIGTERM");
    await once(second.child, "exit");
    expect(gone(second.natsPid) && gone(second.postgresPid)).toBe(true);
  });

  test("leaves a folder that a next owner recovers from dead servers' pid files", async () => {
    const folder = makeFolder();
    const first = await startOwner(folder);
    for (const pid of [first.child.pid, first.natsPid, first.postgresPid]) process.kill(pid!, "SIGKILL");
    expect(await waitUntil(() => gone(first.natsPid) && gone(first.postgresPid), 10_000)).toBe(true);
    // As after a reboot: the pid now belongs to a process that is no server.
    const pidFile = join(folder, "postgres/data/postmaster.pid");
    writeFileSync(pidFile, readFileSync(pidFile, "utf8").replace(/^\d+/, `${process.pid}`));
    const second = await startOwner(folder);
    expect(await accepts(second.postgresUrl)).toBe(true);
    second.child.kill("SIGTERM");
    await once(second.child, "exit");
  });
});

test("a folder that cannot be made is named, with what to do", async () => {
  const file = join(makeFolder(), "file");
  writeFileSync(file, "");
  const wanted = {
    kind: "unavailable",
    message: expect.stringMatching(/cannot make the folder .*file.*VIGIL_DATA_DIR/),
  };
  await expect(startNats({ dir: join(file, "nats"), keepData: true })).rejects.toMatchObject(wanted);
  await expect(startPostgres({ dir: join(file, "pg"), keepData: true })).rejects.toMatchObject(wanted);
});

describe.runIf(isRoot)("root", () => {
  test("runs PostgreSQL as nobody", async () => {
    const server = await track(startPostgres({ keepData: false }));
    expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(/^Uid:\s+65534\s/m);
  });

  test("keeps data elsewhere when the folder is closed to others", async () => {
    const closed = makeFolder(0o700);
    const dir = join(closed, "data");
    const umask = process.umask(0o077);
    const first = await track(startPostgres({ dir, keepData: true }));
    const place = readFileSync(`/proc/${first.pid}/cmdline`, "utf8").split("\0")[2] ?? "";
    process.umask(umask);
    expect(place).toMatch(/^\/var\/lib\/vigil\/relocated\//);
    await first.stop();
    const second = await track(startPostgres({ dir, keepData: true }));
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    await second.stop();
    rmSync(join(place, ".."), { recursive: true });
  });

  test("an ordinary user needs nothing special", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "home"));
    chmodSync(join(folder, "home"), 0o777);
    const owner = await startOwner(join(folder, "home"), {
      uid: 65_534,
      gid: 65_534,
      env: { ...process.env, HOME: "/nonexistent", XDG_CACHE_HOME: "" },
    });
    expect(await accepts(owner.postgresUrl)).toBe(true);
    expect(await accepts(owner.natsUrl)).toBe(true);
    owner.child.kill("SIGTERM");
    await once(owner.child, "exit");
  });
});
