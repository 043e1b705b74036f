import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PASSWORD_BYTES = 24;

/**
 * The password of a folder's server, made at first use and kept in a file that only its owner can read. It
 * keeps other users of the machine out: the servers listen on loopback, where anyone may connect.
 */
export function readPassword(folder: string): string {
  const file = join(folder, "password");
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(PASSWORD_BYTES).toString("base64url"), { mode: 0o600, flag: "wx" });
  }
  return readFileSync(file, "utf8").trim();
}
