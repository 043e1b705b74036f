import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Beyond it, half a minute buys one part in two hundred of the size. */
const GZIP_LEVEL = 6;

/**
 * Packs a settled tree: entries by name, owner 0, nothing of this machine. Compressed by the Node.js of the lock file,
 * since two versions of gzip may write different bytes.
 */
export async function pack(tree: string, file: string): Promise<void> {
  const tar = spawn(
    "tar",
    [
      "--create",
      "--sort=name",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--format=posix",
      "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
      "--directory",
      dirname(tree),
      "--",
      basename(tree),
    ],
    { env: { ...process.env, LC_ALL: "C" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(tar, "close") as Promise<[number | null]>;
  await pipeline(tar.stdout, createGzip({ level: GZIP_LEVEL }), createWriteStream(file));
  const [status] = await ended;
  if (status !== 0) throw new Error(`tar of ${tree} ended with status ${status}`);
}
