/** One role as its own process, started as an operator would start it. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bareEnv, until } from "@vigil/testkit";

const PROGRAM = fileURLToPath(new URL("../../packages/vigil/bin/vigil.js", import.meta.url));

/** Log lines kept for the failure report of one process. */
const LOG_LINES_MAX = 200;

export type Role = "edge" | "api" | "worker" | "applier" | "state";

export class RoleProcess {
  readonly role: Role;
  readonly child: ChildProcess;
  /** Where /healthz and /readyz are. */
  readonly healthUrl: string;
  readonly log: string[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  /** @param command program and arguments that the role's name is put behind: by default the program of this tree */
  constructor(
    role: Role,
    env: Record<string, string>,
    healthUrl: string,
    command: readonly [string, ...string[]] = [process.execPath, PROGRAM],
  ) {
    const [program, ...args] = command;
    this.role = role;
    this.healthUrl = healthUrl;
    this.child = spawn(program, [...args, role], {
      env: { ...bareEnv(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer) => {
      this.log.push(...chunk.toString().split("\n").filter(Boolean));
      this.log.splice(0, Math.max(0, this.log.length - LOG_LINES_MAX));
    };
    this.child.stdout?.on("data", keep);
    this.child.stderr?.on("data", keep);
    this.exited = new Promise((resolve) =>
      this.child.once("exit", (code, signal) => resolve({ code, signal })),
    );
  }

  get pid(): number {
    return this.child.pid!;
  }

  isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async ready(deadlineMs = 90_000): Promise<this> {
    await until(
      `${this.role} ready at ${this.healthUrl}`,
      async () => {
        if (!this.isRunning()) throw new Error(`${this.role} exited:\n${this.log.join("\n")}`);
        return (await fetch(`${this.healthUrl}/readyz`)).status === 200;
      },
      deadlineMs,
    ).catch((error: unknown) => {
      throw new Error(`${this.role} did not become ready:\n${this.log.slice(-30).join("\n")}`, {
        cause: error,
      });
    });
    return this;
  }

  /** Sends a signal and waits for the end where the signal ends the process. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (!this.isRunning()) return;
    this.child.kill(signal);
    if (signal !== "SIGSTOP" && signal !== "SIGCONT") await this.exited;
  }
}
