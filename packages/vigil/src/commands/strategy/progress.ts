/** A line that shows that a long computation is alive. Only where a person watches: on a terminal. */
import type { WriteStream } from "node:tty";
import type { Io } from "../../cli/io.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
const CLEAR_LINE = "\r\x1b[2K";

/** Runs the work; while it lasts, what it is and the time it has taken stand in the terminal's last line. */
export async function withProgress<T>({ stderr }: Io, what: string, work: () => Promise<T>): Promise<T> {
  if (!(stderr as Partial<WriteStream>).isTTY) return work();
  const begun = performance.now();
  let frame = 0;
  // The first line comes after one interval: short work leaves no flicker.
  const timer = setInterval(() => {
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    stderr.write(`${CLEAR_LINE}${FRAMES[frame++ % FRAMES.length]} ${what} ... ${seconds} s`);
  }, FRAME_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (frame > 0) stderr.write(CLEAR_LINE);
  }
}
