/** The files of a spool: the few operations on which its durability rests, so that tests can put a crash between any two. */

import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from "node:fs/promises";
import { join } from "node:path";
import { VigilError } from "@vigil/core";

/** One folder. Nothing is durable before `sync` (a file's bytes) or `syncFolder` (that there is such a file). */
export interface SpoolDisk {
  /** Names of files, with the sizes. */
  list(): Promise<{ name: string; bytes: number }[]>;
  read(name: string): Promise<Buffer>;
  readAt(name: string, start: number, end: number): Promise<Buffer>;
  /** A new file, to be written at its end. @throws when there is one of that name */
  create(name: string): Promise<SpoolFile>;
  /** Cuts a file and flushes that. */
  truncate(name: string, bytes: number): Promise<void>;
  /** A whole file, flushed, in place of one that there may be: after a crash either is there, whole. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** Does nothing when there is no such file. */
  remove(name: string): Promise<void>;
  syncFolder(): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolFile {
  append(parts: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Nobody else reads what users of the cloud sent. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Of a file that is being written by `replace`; what a crash leaves of it is written anew. */
const UNFINISHED = ".unfinished";
/** Buffers of one system call (IOV_MAX of Linux). */
const PARTS_MAX = 1_024;

/** Opens a folder of the file system; makes it where it is missing. */
export async function openDisk(folder: string): Promise<SpoolDisk> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const own = await open(folder, "r");
  await own.chmod(FOLDER_MODE).catch(() => undefined);
  return new FolderDisk(folder, own);
}

class FolderDisk implements SpoolDisk {
  readonly #folder: string;
  readonly #own: FileHandle;

  constructor(folder: string, own: FileHandle) {
    this.#folder = folder;
    this.#own = own;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  async list() {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED));
    return Promise.all(files.map(async ({ name }) => ({ name, bytes: (await stat(this.#path(name))).size })));
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.#path(name));
  }

  async readAt(name: string, start: number, end: number): Promise<Buffer> {
    const file = await open(this.#path(name), "r");
    try {
      const buffer = Buffer.allocUnsafe(end - start);
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  async create(name: string): Promise<SpoolFile> {
    return new AppendedFile(await open(this.#path(name), "ax", FILE_MODE));
  }

  async truncate(name: string, bytes: number): Promise<void> {
    await truncate(this.#path(name), bytes);
    const file = await open(this.#path(name), "r+");
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    const unfinished = this.#path(name + UNFINISHED);
    const file = await open(unfinished, "w", FILE_MODE);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.#path(name));
    await this.syncFolder();
  }

  remove(name: string): Promise<void> {
    return rm(this.#path(name), { force: true });
  }

  syncFolder(): Promise<void> {
    return this.#own.sync();
  }

  close(): Promise<void> {
    return this.#own.close();
  }
}

class AppendedFile implements SpoolFile {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    for (let from = 0; from < parts.length; from += PARTS_MAX) {
      await this.#writeAll(parts.slice(from, from + PARTS_MAX));
    }
  }

  /** A write may take less than it was given, when the disk is nearly full. */
  async #writeAll(parts: Uint8Array[]): Promise<void> {
    let left = parts;
    while (left.length > 0) {
      let { bytesWritten } = await this.#file.writev(left);
      while (left.length > 0 && bytesWritten >= left[0]!.length) {
        bytesWritten -= left[0]!.length;
        left = left.slice(1);
      }
      if (left.length > 0) left = [left[0]!.subarray(bytesWritten), ...left.slice(1)];
    }
  }

  /** A file without a name takes bytes and flushes as any other, and nobody finds them after a restart. */
  async sync(): Promise<void> {
    await this.#file.datasync();
    if ((await this.#file.stat()).nlink > 0) return;
    throw new VigilError(
      "unavailable",
      "a segment was removed from the folder while it was written; one edge owns a spool's folder, and nobody else may change it",
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
