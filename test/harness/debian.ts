/** Debian packages that a test needs of the machine: installed when one is missing. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const APT = "/usr/bin/apt-get";

/**
 * @param packages names, and a file of each by which it is known to be there
 * @param who the target of make that needs them
 * @throws Error when something is missing and nobody here may install it
 */
export function installPackages(packages: Readonly<Record<string, string>>, who: string): void {
  const missing = Object.keys(packages).filter((name) => !existsSync(packages[name]!));
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync(APT)) {
    throw new Error(`make ${who} needs ${missing.join(", ")} (Debian 12): run as root: ${command}`);
  }
  process.stdout.write(`Installing ${missing.join(", ")} ...\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: "inherit" } as const;
  execFileSync(APT, ["update", "-q"], options);
  execFileSync(APT, ["install", "-y", "-q", "--no-install-recommends", ...missing], options);
}
