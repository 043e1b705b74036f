import { statSync } from "node:fs";
import { createServer } from "node:net";
import { VigilError } from "@vigil/core";

/** Held while a process uses a folder; the kernel gives it up when the process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process. The folder must exist.
 *
 * The lock is a listening socket in Linux's abstract name space, named after the folder's device and inode
 * (its path can mean another folder in another container): taking it is atomic and a kill -9 releases it. A pid file lost: it can be stale, its pid can be taken by another
 * process after a reboot, and two starters can both find it stale.
 *
 * @throws VigilError conflict when another process holds the folder.
 */
export function lockFolder(folder: string): Promise<FolderLock> {
  const { dev, ino } = statSync(folder, { bigint: true });
  const name = `\0vigil-folder-${dev}-${ino}`;
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new VigilError(
              "conflict",
              `folder ${folder} is in use by another process; one process owns a data folder: stop the other one or give this one a folder of its own`,
            )
          : new VigilError("internal", `could not lock folder ${folder}: ${error.message}`, { cause: error }),
      );
    });
    server.listen(name, () =>
      resolve({ release: () => new Promise((released) => server.close(() => released())) }),
    );
  });
}
