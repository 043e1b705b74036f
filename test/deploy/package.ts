/** The Debian package that a machine of the tests gets. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The file that VIGIL_DEB names, else one that is built of what is committed, which takes a minute. */
export function debianPackage(): Buffer {
  const given = process.env.VIGIL_DEB;
  if (given !== undefined && given !== "") return readFileSync(given);
  const out = mkdtempSync(join(tmpdir(), "vigil-deb-"));
  try {
    const args = ["tools/release.ts", "--arch", process.arch, "--out", out];
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    const name = readdirSync(out).find((one) => one.endsWith(".deb"));
    if (name === undefined) throw new Error(`tools/release.ts made no Debian package in ${out}`);
    return readFileSync(join(out, name));
  } finally {
    rmSync(out, { recursive: true });
  }
}
