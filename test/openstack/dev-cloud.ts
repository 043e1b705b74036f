/** The Keystone and the Aodh of deploy/dev/openstack.sh, and their command line clients, for tests. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

const SCRIPT = fileURLToPath(new URL("../../deploy/dev/openstack.sh", import.meta.url));

/** Users of deploy/dev/seed_keystone.py and their projects. */
const PROJECTS = {
  admin: "admin",
  vigil: "service",
  operator: "operations",
  trigger: "operations",
  member: "operations",
} as const;

export type DevUser = keyof typeof PROJECTS;

export class DevCloud {
  readonly #settings: Record<string, string>;

  /** @param vigilPort the port that Keystone's catalog names for infra-optim */
  constructor(vigilPort: number) {
    this.#settings = { VIGIL_DEV_VIGIL_PORT: String(vigilPort) };
  }

  async up(): Promise<void> {
    await this.#script("up");
  }

  async wipe(): Promise<void> {
    await this.#script("wipe");
  }

  async stop(service: "keystone"): Promise<void> {
    await this.#script("stop", service);
  }

  async start(service: "keystone"): Promise<void> {
    await this.#script("start", service);
  }

  /** OS_* variables of a user. */
  async env(user: DevUser): Promise<Record<string, string>> {
    const text = await this.#script("env", user, PROJECTS[user]);
    const pairs = text.matchAll(/^export ([A-Z_]+)=(.*)$/gm);
    return Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
  }

  /** Publishes an event as Ceilometer does; returns its message id. */
  async publishEvent(type: string, projectId: string): Promise<string> {
    return (await this.#script("event", type, projectId)).trim();
  }

  /** Debian's `openstack`, answering in JSON. Subcommands that print nothing answer undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  async openstack(user: DevUser, ...command: string[]): Promise<any> {
    const env = { PATH: "/usr/bin:/bin", HOME: "/nonexistent", LC_ALL: "C.UTF-8", ...(await this.env(user)) };
    const { stdout } = await run("/usr/bin/openstack", command, { env });
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }

  /** A token of the user, as `openstack token issue` gets one. */
  async token(user: DevUser): Promise<{ id: string; projectId: string }> {
    const issued = await this.openstack(user, "token", "issue", "-f", "json");
    return { id: issued.id, projectId: issued.project_id };
  }

  async #script(...words: string[]): Promise<string> {
    const env = { ...process.env, ...this.#settings };
    return (await run(SCRIPT, words, { env, maxBuffer: 16 * 1024 * 1024 })).stdout;
  }
}
