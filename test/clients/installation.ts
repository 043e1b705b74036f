/** What the clients talk to: the Keystone double with a catalog, and a whole Vigil in one process. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "@vigil/embedded";
import { bareEnv, type KeystoneDouble, startKeystone, syntheticCluster, until } from "@vigil/testkit";

const PROGRAM = fileURLToPath(new URL("../../packages/vigil/bin/vigil.js", import.meta.url));

/** First start: a database cluster is made, and every part is loaded. */
const READY_MS = 90_000;
const LOG_LINES_MAX = 400;

/** Strategies need a model of some cloud; the tests ask nothing of its size. */
const CLOUD = { nodes: 4, instances: 12, seed: 1 };

export const ADMIN = { name: "admin", password: "admin-secret", project: "admin", roles: ["admin"] };
const MEMBER = { name: "member", password: "member-secret", project: "demo", roles: ["member", "reader"] };
const SERVICE = { name: "vigil", password: "vigil-secret", project: "service", roles: ["admin", "service"] };
const USERS = { admin: ADMIN, member: MEMBER, vigil: SERVICE };

export type ClientUser = keyof typeof USERS;

export class Installation {
  readonly keystone: KeystoneDouble;
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #log: string[] = [];

  constructor(keystone: KeystoneDouble, url: string, folder: string) {
    this.keystone = keystone;
    this.url = url;
    this.#folder = folder;
    this.#process = spawn(process.execPath, [PROGRAM, "up"], {
      env: {
        ...bareEnv(),
        TZ: "UTC",
        VIGIL_DATA_DIR: join(folder, "data"),
        VIGIL_HTTP_PORT: new URL(url).port,
        VIGIL_STATE_PORT: "0",
        ...this.openstackEnv("vigil"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer) => {
      this.#log.push(...chunk.toString().split("\n").filter(Boolean));
      this.#log.splice(0, Math.max(0, this.#log.length - LOG_LINES_MAX));
    };
    this.#process.stdout?.on("data", keep);
    this.#process.stderr?.on("data", keep);
  }

  /** OS_* variables of a user, as an openrc file has them. */
  openstackEnv(user: ClientUser): Record<string, string> {
    const { name, password, project } = USERS[user];
    return {
      OS_AUTH_URL: this.keystone.url,
      OS_USERNAME: name,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: project,
      OS_USER_DOMAIN_NAME: "Default",
      OS_PROJECT_DOMAIN_NAME: "Default",
      OS_REGION_NAME: "RegionOne",
    };
  }

  /** Last lines of the log, for the report of a failed test. */
  get log(): string {
    return this.#log.join("\n");
  }

  async ready(): Promise<void> {
    const isReady = async () => {
      if (this.#process.exitCode !== null) throw new Error(`vigil up ended:\n${this.log}`);
      return (await fetch(`${this.url}/readyz`)).status === 200;
    };
    await until(`Vigil ready at ${this.url}`, isReady, READY_MS);
  }

  /** Gives Vigil a model of a small cloud, as an operator does before the first audit. */
  async importModel(): Promise<void> {
    const token = this.keystone.issueToken({ user: ADMIN.name });
    const answer = await fetch(`${this.url}/trpc/model.import`, {
      method: "POST",
      headers: { "x-auth-token": token, "content-type": "application/json" },
      body: JSON.stringify({ content: JSON.stringify(syntheticCluster(CLOUD)) }),
    });
    if (answer.status !== 200) throw new Error(`model.import: ${answer.status} ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const exited = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGTERM");
      await exited;
    }
    await this.keystone.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Everything on free ports, its data in a folder of its own that goes with it. */
export async function startInstallation(): Promise<Installation> {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const keystone = await startKeystone({ users: Object.values(USERS), services: { "infra-optim": url } });
  const installation = new Installation(keystone, url, mkdtempSync(join(tmpdir(), "vigil-clients-")));
  try {
    await installation.ready();
    await installation.importModel();
    return installation;
  } catch (error) {
    await installation.stop();
    throw error;
  }
}
