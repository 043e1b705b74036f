/** A disk that a test can fill: a tmpfs of its own, which takes root and the right to mount. */

import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Ever smaller pieces, so that not even a small file finds room. */
const PIECES_BYTES = [1024 * 1024, 4096, 1];

export class SmallDisk {
  /** Folder of the disk's files; anybody may enter it. */
  readonly dir: string;
  readonly #mounted: string;

  constructor(mounted: string) {
    this.#mounted = mounted;
    this.dir = join(mounted, "files");
  }

  get #ballast(): string {
    return join(this.#mounted, "ballast");
  }

  /** Takes all the room that is left. */
  fill(): void {
    for (const bytes of PIECES_BYTES) {
      const piece = Buffer.alloc(bytes);
      while (wroteAll(this.#ballast, piece));
    }
  }

  /** Gives back what `fill` took. */
  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Whatever is on it is lost. */
  unmount(): void {
    // Lazily: a process that still ends may have its log open.
    run("umount", ["-l", this.#mounted]);
    rmdirSync(this.#mounted);
  }
}

/** The disk, or in a text why there is none. */
export function mountSmallDisk(mib: number): SmallDisk | string {
  if (process.getuid?.() !== 0) return "not root, who alone may mount a small disk";
  const mounted = mkdtempSync(join(tmpdir(), "vigil-test-disk-"));
  const problem = run("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=0711`, "vigil-test", mounted]);
  if (problem === undefined) return new SmallDisk(mounted);
  rmdirSync(mounted);
  return `a small disk can't be mounted: ${problem}`;
}

/** What was wrong; undefined: nothing. */
function run(command: string, args: string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim();
}

function wroteAll(file: string, piece: Buffer): boolean {
  try {
    appendFileSync(file, piece);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw thrown;
  }
}
