/**
 * A machine for a test: Debian's own systemd as the first process of namespaces, on an overlay of this machine's files,
 * with a loopback of its own. So units, packages and ports are the real ones, and nothing of it touches the machine below:
 * the overlay is in memory, the kernel's settings are read-only. Needs root.
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "@vigil/testkit";

const BOOT = fileURLToPath(new URL("boot.sh", import.meta.url));
const BOOTED_MS_MAX = 60_000;
const COMMAND_MS_MAX = 300_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

export class Machine {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #cgroup: string;
  #init = 0;
  /** What the boot complained of. */
  #said = "";

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "vigil-machine-"));
    this.#cgroup = join(cgroupRoot(), `vigil-machine-${process.pid}-${Date.now()}`);
    mkdirSync(this.#cgroup);
    const namespaces = "--mount --pid --fork --kill-child --cgroup --uts --ipc --net";
    // Of its own control group, which then is the root of the new namespace's. Ends with this process, however that ends.
    const start = `echo $$ > ${this.#cgroup}/cgroup.procs
      exec setpriv --pdeathsig KILL unshare ${namespaces} ${BOOT} ${this.#folder} 2>&1`;
    this.#process = spawn("sh", ["-c", start], { stdio: ["ignore", "pipe", "ignore"] });
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
  }

  static async boot(): Promise<Machine> {
    const machine = new Machine();
    const isUp = async () => {
      if (machine.#process.exitCode !== null) throw new Error(`the machine did not boot: ${machine.#said}`);
      machine.#init = childOf(machine.#process.pid!) ?? 0;
      if (machine.#init === 0) return false;
      const state = await machine.run("systemctl is-system-running || true").catch(() => "");
      return /running|degraded/.test(state);
    };
    await until("systemd in namespaces of its own", isUp, BOOTED_MS_MAX);
    return machine;
  }

  /**
   * A cable from this machine to another. Both have an address on it, `address` and `otherAddress`, as "10.0.0.1/24".
   */
  async connect(other: Machine, address: string, otherAddress: string): Promise<void> {
    // Names are this machine's until their ends are in place.
    const [here, there] = [`vg${this.#init}`, `vg${other.#init}`];
    await promisify(execFile)("ip", [
      ...["link", "add", here, "netns", String(this.#init), "type", "veth"],
      ...["peer", "name", there, "netns", String(other.#init)],
    ]);
    await this.run(`ip address add ${address} dev ${here} && ip link set ${here} up`);
    await other.run(`ip address add ${otherAddress} dev ${there} && ip link set ${there} up`);
  }

  /** Standard output of a shell's lines, run as root. @throws Error with both outputs, when the status is not 0 */
  run(script: string, options: { input?: string | Buffer } = {}): Promise<string> {
    const enter = ["-t", String(this.#init), "-m", "-u", "-i", "-n", "-p", "-C", "--root", "--wd"];
    const shell = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8"];
    return new Promise((resolve, reject) => {
      const child = execFile(
        "nsenter",
        [...enter, ...shell, "bash", "--norc", "-euo", "pipefail", "-c", script],
        { timeout: COMMAND_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`${script}\n${error.code ?? error.signal}\n${stdout}\n${stderr}`));
        },
      );
      // A command that reads nothing is no fault.
      child.stdin?.on("error", () => undefined).end(options.input ?? "");
    });
  }

  /** Writes a file, with the folders above it. */
  async write(path: string, content: string | Buffer, mode = "0644"): Promise<void> {
    await this.run(`mkdir -p "$(dirname '${path}')"; cat > '${path}'; chmod ${mode} '${path}'`, {
      input: content,
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      process.kill(this.#init, "SIGKILL");
      await ended;
    }
    await until("its control groups are empty", async () => removeGroups(this.#cgroup), BOOTED_MS_MAX);
    rmSync(this.#folder, { recursive: true });
  }
}

/** Where control groups of version 2 are: alone, or beside those of version 1. */
function cgroupRoot(): string {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const [, path] = mounts.map((line) => line.split(" ")).find(([, , type]) => type === "cgroup2") ?? [];
  if (path === undefined) throw new Error("no cgroup2 is mounted on this machine");
  return path;
}

function childOf(pid: number): number | undefined {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return first ? Number(first) : undefined;
}

/** @returns whether nothing is left of them */
function removeGroups(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeGroups(join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
