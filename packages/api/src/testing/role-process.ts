import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findFreePort } from "@vigil/embedded";
import { bareEnv, until } from "@vigil/testkit";

type Role = "state" | "api" | "worker" | "applier";

const PROGRAM = fileURLToPath(new URL("../../../vigil/bin/vigil.js", import.meta.url));

/** A role of this project as a process of its own, started as an operator would start it. */
export class RoleProcess {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  /** Where its probes are, and for HTTP roles everything else. */
  readonly url: string;

  private constructor(role: string, env: Record<string, string>, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [PROGRAM, role], {
      env: { ...bareEnv(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer) => this.#lines.push(chunk.toString());
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
  }

  /** Resolves when the role says that it is ready. */
  static async start(role: Role, env: Record<string, string>): Promise<RoleProcess> {
    const port = await findFreePort();
    const name = role === "api" ? "VIGIL_HTTP_PORT" : "VIGIL_HEALTH_PORT";
    const started = new RoleProcess(role, { ...env, [name]: String(port) }, port);
    try {
      await until(`role ${role} to be ready`, () => started.#isReady());
    } catch (cause) {
      await started.stop();
      throw new Error(`role ${role} did not get ready:\n${started.#lines.join("")}`, { cause });
    }
    return started;
  }

  async #isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/readyz`)).status === 200;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await exited;
  }
}
