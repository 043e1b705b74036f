/**
 * Hosts as network namespaces: each has an address of its own and a cable (a veth pair) to a bridge, and knows the others
 * by name. Files, clock and kernel are shared with the machine; addresses, ports and broken cables are real.
 *
 * Everything is named vigil-... and goes with `close`, or with the death of this process, by a guard in a session of its
 * own, which a Ctrl-C or a kill -9 of the tests does not reach.
 */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BRIDGE = "vigil-cluster";
/** Of the range for tests between networks (RFC 2544), which no cloud and no office uses. */
const SUBNET = "198.18.86";
/** Where the machine itself, and with it the test, is on that network. */
export const OUTSIDE_ADDRESS = `${SUBNET}.1`;
/** The kernel's limit on names of interfaces, with the closing zero. */
const NAME_BYTES_MAX = 15;
/** An abstract socket, which goes with its process however that ends. */
const LOCK = "\0vigil-test-cluster";

/** $1: folder of data and logs, or "". Servers get a moment to end well: a killed PostgreSQL leaves shared memory. */
const CLEAN = `
spaces=$(ip netns list | sed -n 's/^\\(vigil-[a-z]*-[0-9]*\\).*/\\1/p')
all=$(for space in $spaces; do ip netns pids "$space"; done)
if [ -n "$all" ]; then
  kill -INT $all 2>/dev/null
  tries=0
  while [ "$tries" -lt 20 ] && kill -0 $all 2>/dev/null; do tries=$((tries + 1)); sleep 0.1; done
  kill -KILL $all 2>/dev/null
fi
# Not left to the end of the namespaces, which the kernel puts off.
for link in $(ls /sys/class/net | grep '^vigil-[a-z]*-[0-9]*$'); do ip link del "$link"; done
for space in $spaces; do ip netns del "$space"; rm -rf "/etc/netns/$space"; done
ip link del ${BRIDGE} 2>/dev/null
rmdir /etc/netns 2>/dev/null
if [ -n "$1" ] && [ ! -e "$1/keep" ]; then rm -rf -- "$1"; fi
exit 0
`;

export class Host {
  readonly name: string;
  readonly address: string;

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  get #space(): string {
    return `vigil-${this.name}`;
  }

  /** Program and arguments by which the given ones run on this host; the process is the program itself. */
  command(...command: readonly string[]): [string, ...string[]] {
    return ["ip", "netns", "exec", this.#space, ...command];
  }

  /** Pulls the host's cable: what it sends and what it is sent gets lost, connections stay open. */
  cut(): void {
    ip("link", "set", this.#space, "down");
  }

  reconnect(): void {
    ip("link", "set", this.#space, "up");
  }

  /** Bytes that went over its cable so far, both ways. */
  get networkBytes(): number {
    const counter = (name: string) =>
      Number(readFileSync(`/sys/class/net/${this.#space}/statistics/${name}`, "utf8"));
    return counter("rx_bytes") + counter("tx_bytes");
  }
}

export class Network {
  /** Data and logs of all hosts; anybody may pass through it. */
  readonly dir: string;
  readonly #hosts = new Map<string, Host>();
  readonly #lock: Server;
  readonly #endGuard: () => void;

  private constructor(dir: string, lock: Server, endGuard: () => void) {
    this.dir = dir;
    this.#lock = lock;
    this.#endGuard = endGuard;
  }

  /** @throws Error when another cluster is up on this machine */
  static async open(): Promise<Network> {
    const lock = await takeLock();
    clean("");
    const dir = mkdtempSync(join(tmpdir(), "vigil-cluster-"));
    execFileSync("chmod", ["711", dir]);
    const network = new Network(dir, lock, startGuard(dir));
    ip("link", "add", BRIDGE, "type", "bridge", "forward_delay", "0");
    ip("address", "add", `${OUTSIDE_ADDRESS}/24`, "dev", BRIDGE);
    ip("link", "set", BRIDGE, "up");
    return network;
  }

  /** @param name two parts: what it is, and its number */
  addHost(name: string): Host {
    const space = `vigil-${name}`;
    if (space.length > NAME_BYTES_MAX) throw new Error(`${space} is too long for an interface`);
    const host = new Host(name, `${SUBNET}.${10 + this.#hosts.size}`);
    ip("netns", "add", space);
    ip("link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space);
    ip("link", "set", space, "master", BRIDGE, "up");
    ip("-n", space, "address", "add", `${host.address}/24`, "dev", "eth0");
    ip("-n", space, "link", "set", "eth0", "up");
    ip("-n", space, "link", "set", "lo", "up");
    this.#hosts.set(name, host);
    this.#writeNames();
    return host;
  }

  /** As a name server would tell them: `ip netns exec` puts the file in place of /etc/hosts. */
  #writeNames(): void {
    const lines = [...this.#hosts.values()].map(({ name, address }) => `${address} ${name}`);
    const text = `127.0.0.1 localhost\n${OUTSIDE_ADDRESS} outside\n${lines.join("\n")}\n`;
    for (const name of this.#hosts.keys()) {
      mkdirSync(`/etc/netns/vigil-${name}`, { recursive: true });
      // In place: processes of the host have this very file mounted.
      writeFileSync(`/etc/netns/vigil-${name}/hosts`, text);
    }
  }

  /** Ends whatever runs on the hosts, and takes them away. @param keep data and logs stay */
  close(keep: boolean): void {
    if (keep) writeFileSync(join(this.dir, "keep"), "");
    clean(this.dir);
    this.#endGuard();
    this.#lock.close();
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

function clean(dir: string): void {
  execFileSync("/bin/sh", ["-c", CLEAN, "vigil-clean", dir], { stdio: "ignore" });
}

function takeLock(): Promise<Server> {
  const lock = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve, reject) => {
    lock.once("error", () =>
      reject(new Error("another cluster of namespaces is up: wait until it has ended")),
    );
    lock.listen(LOCK, () => resolve(lock));
  });
}

/** Reads from a pipe that ends with this process; a line on it says that there is nothing left to do. */
function startGuard(dir: string): () => void {
  const script = `if read -r line; then exit 0; fi\n${CLEAN}`;
  const guard = spawn("/bin/sh", ["-c", script, "vigil-guard", dir], {
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guard.stdin.on("error", () => undefined);
  return () => guard.stdin.end("done\n");
}
