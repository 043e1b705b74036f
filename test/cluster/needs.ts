/** What a cluster of network namespaces needs of the machine; HAProxy is installed when it is missing. */

import { execFileSync, spawnSync } from "node:child_process";

const APT = "/usr/bin/apt-get";
const PROGRAMS = { ip: "iproute2", setpriv: "util-linux", haproxy: "haproxy" };
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Ends the process when the machine can't have hosts of its own, saying what to do. */
export default function needs(): void {
  if (process.getuid?.() !== 0)
    giveUp("it makes network namespaces, which only root may: run it as root, with: sudo make test-cluster");
  install(Object.keys(PROGRAMS).filter((name) => !has(name)) as (keyof typeof PROGRAMS)[]);
  const tried = spawnSync("ip", ["netns", "add", "vigil-try-1"], { encoding: "utf8" });
  if (tried.status !== 0)
    giveUp(`this machine lets even root make no network namespaces (${tried.stderr.trim()}): use a VM`);
  execFileSync("ip", ["netns", "del", "vigil-try-1"]);
}

function has(program: string): boolean {
  return spawnSync("/bin/sh", ["-c", `command -v ${program}`], { env: { PATH } }).status === 0;
}

function install(missing: readonly (keyof typeof PROGRAMS)[]): void {
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name]);
  const args = ["install", "-y", "-q", "--no-install-recommends", ...packages];
  process.stdout.write(`Installing ${packages.join(", ")} ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const command of [["update", "-q"], args])
    if (spawnSync(APT, command, { env, stdio: "inherit" }).status !== 0)
      giveUp(`it needs ${packages.join(", ")}, which could not be installed: apt-get ${args.join(" ")}`);
}

function giveUp(why: string): never {
  process.stderr.write(`The tests on several hosts can't run here: ${why}\n`);
  process.exit(1);
}
