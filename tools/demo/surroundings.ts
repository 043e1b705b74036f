import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "@vigil/embedded";
import { type KeystoneDouble, startKeystone } from "@vigil/testkit";

const HTTP_PORT = 9322;

/** Vigil's own account, and an operator's. Both exist only in the demo's Keystone. */
const SERVICE = { name: "vigil", password: "vigil-demo", project: "service", roles: ["admin", "service"] };
export const OPERATOR = { name: "operator", password: "operator-demo", project: "admin", roles: ["admin"] };
/** Who sends alarms: acts in the operator's name, by a trust. */
const AODH = { name: "aodh", password: "aodh-demo", project: "service", roles: ["service"] };

export interface Surroundings {
  keystone: KeystoneDouble;
  /** Where Vigil will be served. */
  url: string;
  /** Environment of `vigil up`. */
  serverEnv: Record<string, string>;
  /** Environment of an operator. */
  operatorEnv: Record<string, string>;
  operatorToken: string;
  /** As Aodh gets it for each alarm. */
  alarmToken: string;
  remove(): Promise<void>;
}

/** A Keystone, a free port and an empty data folder. */
export async function prepare(): Promise<Surroundings> {
  const keystone = await startKeystone({ users: [SERVICE, OPERATOR, AODH] });
  const dataDir = mkdtempSync(join(tmpdir(), "vigil-demo-"));
  // Root's PostgreSQL runs as an ordinary user and must be able to enter.
  if (process.geteuid?.() === 0) chmodSync(dataDir, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return {
    keystone,
    url,
    serverEnv: {
      ...accountEnv(keystone.url, SERVICE),
      VIGIL_HTTP_PORT: String(port),
      VIGIL_STATE_PORT: "0",
      VIGIL_DATA_DIR: dataDir,
    },
    operatorEnv: { ...accountEnv(keystone.url, OPERATOR), VIGIL_API_URL: url },
    operatorToken: keystone.issueToken({ user: OPERATOR.name }),
    alarmToken: keystone.issueToken({ user: OPERATOR.name, trustee: AODH.name }),
    remove: async () => {
      await keystone.stop();
      // A closed terminal ends Vigil at once, and its servers a moment later: until then they write and delete
      // here. rmSync lost: with `force` it gives up without a word when a file is gone before it comes to it.
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function accountEnv(authUrl: string, user: typeof SERVICE): Record<string, string> {
  return {
    OS_AUTH_URL: authUrl,
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_PROJECT_NAME: user.project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  };
}

/** Vigil's usual port, or any other when that one is taken, whatever listens there. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(findFreePort()));
    probe.listen(HTTP_PORT, "127.0.0.1", () => probe.close(() => resolve(HTTP_PORT)));
  });
}
