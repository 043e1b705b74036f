/** A folder in memory that forgets, at a power failure, what was not flushed; and fails where a test wants it. */

import type { SpoolDisk, SpoolFile } from "../spool/disk.ts";

interface MemoryFile {
  content: Buffer;
  /** What a power failure leaves for sure. */
  durable: Buffer;
}

/** What becomes of the unflushed end of a file: so much of it is there, then zeros or nothing. */
export type PowerFailure = (unflushed: number) => { kept: number; zeros: number; entryKept: boolean };

export class MemoryDisk implements SpoolDisk {
  /** Operations that changed something so far. */
  operations = 0;
  /** The operation with this number, and all after it unless `failsOnce`, fail; a write is done by half before. */
  failsAt = Number.POSITIVE_INFINITY;
  failsOnce = false;
  /** Bytes of a file that can't be read, as long as it says so. */
  isBad: (name: string, start: number, end: number) => boolean = () => false;
  /** Reads that failed. */
  badReads = 0;
  readonly #files: Map<string, MemoryFile>;
  #durableEntries: Map<string, MemoryFile>;

  constructor(files: Map<string, Buffer> = new Map()) {
    this.#files = new Map(
      [...files].map(([name, content]) => [name, { content, durable: Buffer.from(content) }]),
    );
    this.#durableEntries = new Map(this.#files);
  }

  /** What the next start finds after a kill -9: all that was written. */
  afterKill(): MemoryDisk {
    return new MemoryDisk(
      new Map([...this.#files].map(([name, { content }]) => [name, Buffer.from(content)])),
    );
  }

  afterPowerFailure(fate: PowerFailure): MemoryDisk {
    const found = new Map<string, Buffer>();
    for (const [name, file] of new Map([...this.#durableEntries, ...this.#files])) {
      const { kept, zeros, entryKept } = fate(file.content.length - file.durable.length);
      if (!this.#durableEntries.has(name) && !entryKept) continue;
      const tail = file.content.subarray(file.durable.length, file.durable.length + kept);
      found.set(name, Buffer.concat([file.durable, tail, Buffer.alloc(zeros)]));
    }
    return new MemoryDisk(found);
  }

  /** Only for looking. */
  content(name: string): Buffer | undefined {
    return this.#files.get(name)?.content;
  }

  /** True: to be done by half. */
  async #operation(): Promise<boolean> {
    // Others come in between, as they do at a real disk.
    await Promise.resolve();
    const number = this.operations++;
    return this.failsOnce ? number === this.failsAt : number >= this.failsAt;
  }

  async #whole(): Promise<void> {
    if (await this.#operation()) throw new Error("ENOSPC: no space left on device");
  }

  #file(name: string): MemoryFile {
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`ENOENT: no such file ${name}`);
    return file;
  }

  async list() {
    return [...this.#files].map(([name, { content }]) => ({ name, bytes: content.length }));
  }

  async read(name: string): Promise<Buffer> {
    return this.readAt(name, 0, this.#file(name).content.length);
  }

  async readAt(name: string, start: number, end: number): Promise<Buffer> {
    if (this.isBad(name, start, end)) {
      this.badReads++;
      throw new Error("EIO: i/o error, read");
    }
    return Buffer.from(this.#file(name).content.subarray(start, end));
  }

  async create(name: string): Promise<SpoolFile> {
    await this.#whole();
    if (this.#files.has(name)) throw new Error(`EEXIST: ${name}`);
    const file: MemoryFile = { content: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#files.set(name, file);
    return {
      append: async (parts) => {
        const isHalf = await this.#operation();
        const bytes = Buffer.concat(parts);
        const written = isHalf ? bytes.subarray(0, bytes.length >> 1) : bytes;
        file.content = Buffer.concat([file.content, written]);
        if (isHalf) throw new Error("ENOSPC: no space left on device");
      },
      sync: async () => {
        await this.#whole();
        file.durable = file.content;
      },
      close: async () => undefined,
    };
  }

  async truncate(name: string, bytes: number): Promise<void> {
    await this.#whole();
    const file = this.#file(name);
    file.content = file.content.subarray(0, bytes);
    file.durable = file.content;
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#whole();
    const content = Buffer.from(bytes);
    this.#files.set(name, { content, durable: content });
    await this.syncFolder();
  }

  async remove(name: string): Promise<void> {
    await this.#whole();
    this.#files.delete(name);
  }

  async syncFolder(): Promise<void> {
    await this.#whole();
    this.#durableEntries = new Map(this.#files);
  }

  async close(): Promise<void> {
    return undefined;
  }
}
