import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment; undefined takes a variable out of it. */
  env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a program to its end and gives what it wrote to standard output.
 *
 * @throws Error when it cannot be started or ends with another status than 0; the message holds all it wrote
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? "" : (signal ?? `status ${code}`)));
  });
  const [problem, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (problem !== "")
    throw new Error(`${program} ${args.join(" ")}: ${problem}\n${stderr}${stdout}`.trimEnd());
  return stdout;
}
