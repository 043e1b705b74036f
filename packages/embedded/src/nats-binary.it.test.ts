import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findNatsServer } from "./nats-binary.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-nats-binary-test-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that says it is a nats-server of some release. */
function installFake(name: string, version: string): string {
  const file = join(folder, name, "nats-server");
  mkdirSync(join(folder, name));
  writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`, { mode: 0o755 });
  return file;
}

const hasServer = existsSync("/usr/sbin/nats-server") || existsSync("/usr/local/sbin/nats-server");
const hasApt = existsSync("/usr/bin/apt-get");

test("the first on PATH that is recent enough", async () => {
  installFake("old", "2.8.4");
  const good = installFake("good", "2.10.7");
  installFake("later", "2.11.0");
  const searchPath = ["old", "absent", "good", "later"].map((name) => join(folder, name)).join(":");
  expect(await findNatsServer({ searchPath, cacheDir: folder })).toBe(good);
});

test.skipIf(hasServer)(
  "without one and without apt, the message says what was seen and what to do",
  async () => {
    const old = installFake("old", "2.8.4");
    vi.stubEnv("PATH", join(folder, "old"));
    await expect(findNatsServer({ cacheDir: join(folder, "cache") })).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/no apt-get here.*2\.8.*install nats-server 2\.9 or later.*NATS_URL/s),
    });
    expect(old).toContain(folder);
  },
);

/** These tests fetch from Debian's mirror; without a network they say so and are skipped. */
async function orSkip<T>(fetched: Promise<T>, skip: (why: string) => void): Promise<T> {
  try {
    return await fetched;
  } catch (error) {
    const { message } = error as Error;
    if (/resolve|fetch|connect|time-?out/i.test(message)) skip(`no network: ${message}`);
    throw error;
  }
}

test.skipIf(hasServer || !hasApt)(
  "unpacks Debian's package once, also for callers at the same time",
  async ({ skip }) => {
    const cacheDir = join(folder, "cache");
    let downloads = 0;
    const find = () => findNatsServer({ cacheDir, onDownload: () => downloads++ });
    const [first, second] = await orSkip(Promise.all([find(), find()]), skip);
    expect(first).toBe(second);
    expect(execFileSync(first, ["--version"], { encoding: "utf8" })).toMatch(/v2\./);
    expect(readdirSync(cacheDir)).toHaveLength(1);
    const before = downloads;
    expect(await find()).toBe(first);
    expect(downloads).toBe(before);
  },
);

test.skipIf(hasServer || !hasApt)(
  "uses package lists of its own where the machine has none",
  async ({ skip }) => {
    mkdirSync(join(folder, "lists/partial"), { recursive: true });
    const config = join(folder, "apt.conf");
    writeFileSync(config, `Dir::State::lists "${folder}/lists";\n`);
    vi.stubEnv("APT_CONFIG", config);
    const binary = await orSkip(findNatsServer({ cacheDir: join(folder, "cache") }), skip);
    expect(execFileSync(binary, ["--version"], { encoding: "utf8" })).toMatch(/v2\./);
  },
);
