/** Debian's two command lines for Watcher, which are one program under two names. */

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ClientUser, Installation } from "./installation.ts";

const RUNNER = fileURLToPath(new URL("run_commands.py", import.meta.url));

/** How an operator calls them: words before the API version, and before the command. */
export const PROGRAMS = {
  "openstack optimize": { program: "openstack", prefix: ["optimize"] },
  watcher: { program: "watcher", prefix: [] },
} as const;

export type ProgramName = keyof typeof PROGRAMS;

export interface CommandOutput {
  status: number;
  stdout: string;
  stderr: string;
}

/** Whose command it is (default: admin), and the API version it asks for (default: the client's own). */
export interface CommandOptions {
  user?: ClientUser;
  version?: string;
}

/** Runs commands one after another. Close it at the end. */
export class CommandLine {
  readonly #installation: Installation;
  readonly #program: ProgramName;
  readonly #home = mkdtempSync(join(tmpdir(), "vigil-clients-home-"));
  readonly #runner: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: Interface;
  #last: Promise<unknown> = Promise.resolve();

  constructor(installation: Installation, program: ProgramName) {
    this.#installation = installation;
    this.#program = program;
    const env = { PATH: "/usr/bin:/bin", HOME: this.#home };
    this.#runner = spawn("/usr/bin/python3", [RUNNER], { env, stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#runner.stdout });
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#runner.once("exit", resolve));
    this.#runner.stdin.end();
    await exited;
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** Runs a command to its end, whatever that is. */
  run(words: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    const { program, prefix } = PROGRAMS[this.#program];
    const version = options.version === undefined ? [] : ["--os-infra-optim-api-version", options.version];
    const request = {
      program,
      words: [...version, ...prefix, ...words],
      env: {
        PATH: "/usr/bin:/bin",
        HOME: this.#home,
        TZ: "UTC",
        LC_ALL: "C.UTF-8",
        ...this.#installation.openstackEnv(options.user ?? "admin"),
      },
    };
    const answer = this.#last.then(() => this.#ask(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /**
   * The answer of a command that succeeds, as JSON.
   *
   * @param command words separated by blanks; for words with blanks inside there is `jsonOf`
   * @throws Error with what the client printed when it fails
   */
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  json(command: string, options: CommandOptions = {}): Promise<any> {
    return this.jsonOf(command.split(" "), options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  async jsonOf(words: readonly string[], options: CommandOptions = {}): Promise<any> {
    const output = await this.#succeed([...words, "-f", "json"], options);
    try {
      return JSON.parse(output);
    } catch {
      throw new Error(`${words.join(" ")}: printed no JSON: ${output}`);
    }
  }

  /** What a command that succeeds prints. */
  done(command: string, options: CommandOptions = {}): Promise<string> {
    return this.#succeed(command.split(" "), options);
  }

  /** What a command that fails says. */
  async refused(command: string, options: CommandOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await this.run(command.split(" "), options);
    if (status === 0) throw new Error(`${command}: succeeded, which was not expected: ${stdout}`);
    return `${stderr}${stdout}`;
  }

  async #succeed(words: readonly string[], options: CommandOptions): Promise<string> {
    const { status, stdout, stderr } = await this.run(words, options);
    if (status !== 0) throw new Error(`${words.join(" ")}: status ${status}: ${stderr}${stdout}`);
    return stdout;
  }

  #ask(request: object): Promise<CommandOutput> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the runner of commands ended; its errors stand above`));
      this.#runner.once("exit", ended);
      this.#answers.once("line", (line) => {
        this.#runner.off("exit", ended);
        resolve(JSON.parse(line) as CommandOutput);
      });
      this.#runner.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
}
