/** A PostgreSQL whose wall clock can be stepped, by Debian's libfaketime. */

import { chmodSync, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultCacheDir, unpackDebianFile } from "@vigil/embedded";
import { startTestPostgres, type TestPostgres } from "./database.ts";

const LIBRARY = "libfaketime.so.1";
const MULTIARCH: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

export interface SteppingPostgres {
  server: TestPostgres;
  /** The server's wall clock is off by so many seconds from now on; its monotonic one goes on. */
  setOffset(seconds: number): void;
  stop(): Promise<void>;
}

/** @throws Error when the library can't be had here */
export async function startSteppingPostgres(): Promise<SteppingPostgres> {
  const cached = join(defaultCacheDir(), `libfaketime-${process.arch}.so`);
  if (!existsSync(cached)) {
    const file = `usr/lib/${MULTIARCH[process.arch]}/faketime/${LIBRARY}`;
    await unpackDebianFile("libfaketime", file, cached);
  }
  // Where the user that the server runs as may read.
  const folder = mkdtempSync(join(tmpdir(), "vigil-clock-"));
  chmodSync(folder, 0o755);
  const library = join(folder, LIBRARY);
  copyFileSync(cached, library);
  const offset = join(folder, "offset");
  const setOffset = (seconds: number) => {
    writeFileSync(`${offset}.new`, `${seconds < 0 ? "" : "+"}${seconds}`);
    renameSync(`${offset}.new`, offset);
  };
  setOffset(0);
  const server = await startTestPostgres({
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: offset,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, setOffset, stop };
}
