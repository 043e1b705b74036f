import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@vigil/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { type FolderLock, lockFolder } from "./folder-lock.ts";

const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vigil-folder-lock-"));
  folders.push(folder);
  return folder;
}

/** Of a process that takes the folder, says `taken` or why not, and stays. */
const script = (folder: string) => `
  import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "folder-lock.ts"))};
  await lockFolder(${JSON.stringify(folder)}).then(() => console.log("taken"), (error) => console.log(error.kind));
  setInterval(() => {}, 1000);`;

/** A claimant of its own, once it has said what came of it. `around` is a command that runs it, with its arguments. */
async function claimant(
  folder: string,
  around: string[] = [],
): Promise<{ child: ChildProcess; said: string }> {
  const [command, ...rest] = [...around, process.execPath, "--input-type=module", "-e", script(folder)];
  const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await until("the claimant's word", () => said.endsWith("\n"));
  return { child, said: said.trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await until("the end of the owner", () => child.signalCode !== null);
}

const held = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith("vigil-lock."))
    .sort();

describe("one process owns a folder", () => {
  test("in this process too, until it is released; what is left is one file", async () => {
    const folder = makeFolder();
    for (let time = 1; time <= 3; time++) {
      const lock = await lockFolder(folder);
      await expect(lockFolder(folder)).rejects.toMatchObject({
        kind: "conflict",
        message: `folder ${folder} is in use by another process; one process owns a data folder: stop the other one or give this one a folder of its own`,
      });
      await lock.release();
      expect(held(folder)).toEqual([`vigil-lock.${time}`]);
    }
  });

  test("one that is killed gives it up at once; one that is only stopped does not", async () => {
    const folder = makeFolder();
    const owner = await claimant(folder);
    expect(owner.said).toBe("taken");
    owner.child.kill("SIGSTOP");
    await expect(lockFolder(folder)).rejects.toMatchObject({ kind: "conflict" });
    await kill(owner.child);
    const lock = await lockFolder(folder);
    expect((await claimant(folder)).said).toBe("conflict");
    await lock.release();
  });

  test("also between network name spaces, as containers have them", async ({ skip }) => {
    const around = ["unshare", "--net"];
    const may = spawnSync(around[0]!, [...around.slice(1), "true"]);
    if (may.status !== 0) skip("needs the right to make a network name space (root) and the command unshare");
    const folder = makeFolder();
    const lock = await lockFolder(folder);
    expect((await claimant(folder, around)).said).toBe("conflict");
    await lock.release();
    const elsewhere = await claimant(folder, around);
    expect(elsewhere.said).toBe("taken");
    await expect(lockFolder(folder)).rejects.toMatchObject({ kind: "conflict" });
    expect((await claimant(folder, around)).said).toBe("conflict");
    await kill(elsewhere.child);
    await (await lockFolder(folder)).release();
  });

  test("of many that find a dead owner's socket, one gets it", async () => {
    const folder = makeFolder();
    for (let round = 0; round < 20; round++) {
      const claims = await Promise.allSettled(Array.from({ length: 16 }, () => lockFolder(folder)));
      const locks = claims.filter((claim): claim is PromiseFulfilledResult<FolderLock> => {
        return claim.status === "fulfilled";
      });
      expect(locks).toHaveLength(1);
      for (const claim of claims) {
        if (claim.status === "rejected") expect(claim.reason).toMatchObject({ kind: "conflict" });
      }
      await locks[0]!.value.release();
      expect(held(folder)).toHaveLength(1);
    }
  });

  test("of many processes too", async () => {
    const folder = makeFolder();
    await kill((await claimant(folder)).child);
    const said = await Promise.all(Array.from({ length: 6 }, async () => (await claimant(folder)).said));
    expect(said.filter((word) => word === "taken")).toHaveLength(1);
    expect(said.filter((word) => word === "conflict")).toHaveLength(5);
  });
});

describe("what is in the folder", () => {
  test("a path longer than the address of a socket", async () => {
    const folder = join(makeFolder(), "x".repeat(120), "y".repeat(120));
    mkdirSync(folder, { recursive: true });
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ kind: "conflict" });
    await lock.release();
  });

  test("what a kill left between two steps is swept, other files are left alone", async () => {
    const folder = makeFolder();
    for (const name of ["vigil-lock.claim-00", "vigil-lock.1", "vigil-lock.2"]) await leaveDead(folder, name);
    writeFileSync(join(folder, "vigil-lock.old"), "");
    const lock = await lockFolder(folder);
    expect(held(folder)).toEqual(["vigil-lock.3", "vigil-lock.old"]);
    await lock.release();
  });

  test("a folder that can't hold a lock is refused with the reason", async () => {
    await expect(lockFolder("/proc/self/task")).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(
        /^folder \/proc\/self\/task can't be locked .*\/proc\/self\/task\/vigil-lock.*writable/,
      ),
    });
    await expect(lockFolder(join(makeFolder(), "nowhere"))).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("ENOENT"),
    });
  });
});

/** A socket file at which nobody listens. */
async function leaveDead(folder: string, name: string): Promise<void> {
  const script = `require("node:net").createServer().listen(${JSON.stringify(join(folder, name))}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
  expect(held(folder)).toContain(name);
}
