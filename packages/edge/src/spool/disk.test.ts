import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDisk } from "./disk.ts";

test("a file that somebody removed takes no more records: nobody would find them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vigil-disk-"));
  const disk = await openDisk(folder);
  try {
    const file = await disk.create("0000000001-00000000.seg");
    await file.append([new Uint8Array(10)]);
    await file.sync();
    await rm(join(folder, "0000000001-00000000.seg"));
    await file.append([new Uint8Array(10)]);
    await expect(file.sync()).rejects.toThrow("a segment was removed");
    await file.close();
  } finally {
    await disk.close();
    await rm(folder, { recursive: true });
  }
});
