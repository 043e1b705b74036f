/** The clients that operators have, from Debian: installed when one is missing. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const APT = "/usr/bin/apt-get";

const PACKAGES: Readonly<Record<string, string>> = {
  "python3-openstackclient": "/usr/bin/openstack",
  "python3-watcherclient": "/usr/bin/watcher",
  tempest: "/usr/bin/tempest",
  "watcher-tempest-plugin": "/usr/lib/python3/dist-packages/watcher_tempest_plugin/plugin.py",
};

/** @throws Error when something is missing and nobody here may install it */
export default function install(): void {
  const missing = Object.keys(PACKAGES).filter((name) => !existsSync(PACKAGES[name]!));
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync(APT)) {
    throw new Error(`make test-clients needs ${missing.join(", ")} (Debian 12): run as root: ${command}`);
  }
  process.stdout.write(`Installing ${missing.join(", ")} ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: "inherit" } as const;
  execFileSync(APT, ["update", "-q"], options);
  execFileSync(APT, ["install", "-y", "-q", "--no-install-recommends", ...missing], options);
}
