/** A bounded folder for what left the spool by another door, for people to look at. */

import { join } from "node:path";
import type { Logger } from "@vigil/service";
import type { SpoolDisk } from "./disk.ts";

export interface Keepsakes {
  /**
   * Stores the bytes in a file of their own, flushed; the oldest files go when there are too many bytes. The same name
   * again replaces what it held.
   * @returns path of the file
   */
  keep(name: string, bytes: Uint8Array): Promise<string>;
  /** Files that are kept. */
  count(): number;
  close(): Promise<void>;
}

/** @param bytesMax of all files together; the newest file stays, however large it is */
export async function openKeepsakes(
  disk: SpoolDisk,
  folder: string,
  bytesMax: number,
  logger: Logger,
): Promise<Keepsakes> {
  const files = new Map<string, number>();
  for (const { name, bytes } of (await disk.list()).sort((a, b) => (a.name < b.name ? -1 : 1)))
    files.set(name, bytes);
  let sum = [...files.values()].reduce((total, bytes) => total + bytes, 0);
  return {
    async keep(name, bytes) {
      sum += bytes.length - (files.get(name) ?? 0);
      files.delete(name);
      files.set(name, bytes.length);
      await disk.replace(name, bytes);
      while (sum > bytesMax && files.size > 1) {
        const [oldest, size] = files.entries().next().value!;
        await disk.remove(oldest);
        files.delete(oldest);
        sum -= size;
        logger.error(
          { file: join(folder, oldest), bytesMax },
          "the oldest file of a full folder was removed: what it held of accepted events is lost, but for what a dead letter tells of it. Move files of this folder away when you have looked at them",
        );
      }
      return join(folder, name);
    },
    count: () => files.size,
    close: () => disk.close(),
  };
}
