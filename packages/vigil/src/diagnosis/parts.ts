/** State, the API, Keystone and PostgreSQL, each from this machine. */

import { readFileSync } from "node:fs";
import type { TlsMaterial } from "@vigil/core";
import { connectState, type GetSystemResponse__Output, parseAddresses } from "@vigil/proto";
import { withClient } from "../commands/api-client.ts";
import type { Config } from "../config/settings.ts";
import { openSession } from "../roles/keystone.ts";
import { type Check, check } from "./checks.ts";
import { clockFinding, dateFinding } from "./clock.ts";
import { doubt, type Finding, problem } from "./finding.ts";
import { addressText, reach } from "./reach.ts";
import type { System } from "./system.ts";

/** For one answer, ms. */
const ANSWER_MS_MAX = 8_000;
const POSTGRESQL_PORT = 5_432;

/** What a look at state or the API brings, for checks that come after. */
export interface Seen {
  system?: System;
  look?: GetSystemResponse__Output;
}

export function checkState(
  config: Config,
  tls: TlsMaterial | undefined,
  nowMs: number,
  seen: Seen,
): Promise<Check[]> {
  const addresses = parseAddresses(config.stateAddress);
  const names = addresses.map(({ host }) => host);
  return Promise.all(
    addresses.map((address) =>
      check(
        `state ${addressText(address)}`,
        async (found) => {
          const target = { what: "state", ...address, setting: "VIGIL_STATE_ADDRESS" };
          const wanted =
            tls && ({ material: tls, opening: "none", names, caSetting: "VIGIL_STATE_TLS_CA" } as const);
          if (!(await reach(target, wanted, nowMs, found))) return "not reached";
          const client = connectState({
            address: addressText(address),
            tls,
            deadlines: { readMs: ANSWER_MS_MAX },
          });
          try {
            const look = await client.system.getSystem({});
            seen.look = look;
            found.push(
              ...clockFinding(`state at ${addressText(address)}`, Number(look.clockMs) - Date.now()),
            );
            return `release ${look.version}`;
          } finally {
            client.close();
          }
        },
        "read the log of that state process (journalctl -u vigil-state); with TLS, see that both sides believe each other's certificates",
      ),
    ),
  );
}

interface Readyz {
  parts?: { role: string; name: string; ready: boolean; detail?: string }[];
}

export function checkApi(config: Config, env: NodeJS.ProcessEnv, nowMs: number, seen: Seen): Promise<Check> {
  const url = new URL(config.apiUrl);
  return check(
    `API ${config.apiUrl}`,
    async (found) => {
      const target = { what: "the API", url, setting: "VIGIL_API_URL", caSetting: "NODE_EXTRA_CA_CERTS" };
      if (!(await reachUrl(target, {}, nowMs, found))) return "not reached";
      const answer = await fetch(new URL("readyz", withSlash(url)), {
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      found.push(
        ...dateFinding("the API", answer.headers.get("date"), Date.now()),
        ...(await notReady(answer)),
      );
      seen.system = await withClient(config, env, (client) =>
        client.system.status.query(undefined, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }),
      );
      return `release ${seen.system.version}`;
    },
    "mend what is named there first; the log of that process has more (journalctl -u vigil-api)",
  );
}

async function notReady(answer: Response): Promise<Finding[]> {
  const { parts = [] } = (await answer.json().catch(() => ({}))) as Readyz;
  return parts
    .filter(({ ready }) => !ready)
    .map(({ role, name, detail = "no reason is given" }) =>
      problem(
        "not-ready",
        `${role} is not ready, ${name}: ${detail}`,
        "every part ready",
        "do what it says there; the process's log has more",
      ),
    );
}

export function checkKeystone(config: Config, env: NodeJS.ProcessEnv, nowMs: number): Promise<Check> {
  return check(
    "Keystone",
    async (found) => {
      const session = openSession(config, env);
      try {
        const { caFile, verify } = session.credentials;
        if (!verify)
          found.push(
            doubt(
              "keystone-insecure",
              "Keystone's certificate is not checked (OS_INSECURE)",
              "a certificate that is: who answers gets the password",
              "name its authorities in OS_CACERT, and take OS_INSECURE out",
            ),
          );
        const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") };
        const target = {
          what: "Keystone",
          url: new URL(session.baseUrl),
          setting: "OS_AUTH_URL",
          caSetting: "OS_CACERT",
        };
        if (!(await reachUrl(target, verify ? ca : undefined, nowMs, found))) return "not reached";
        await session.token();
        found.push(...clockFinding("Keystone", session.clock.nowMs() - Date.now()));
        return `logged in at ${session.baseUrl}`;
      } finally {
        await session.close();
      }
    },
    "correct the account (OS_USERNAME, OS_PASSWORD and the rest): openstack token issue with the same variables",
  );
}

export function checkDatabase(
  databaseUrl: string,
  tls: TlsMaterial | undefined,
  nowMs: number,
): Promise<Check> {
  const url = new URL(databaseUrl);
  const port = Number(url.port || POSTGRESQL_PORT);
  return check(`PostgreSQL ${addressText({ host: url.hostname, port })}`, async (found) => {
    const wanted =
      tls &&
      ({
        material: tls,
        opening: "postgresql",
        names: [url.hostname],
        caSetting: "VIGIL_DATABASE_TLS_CA",
      } as const);
    await reach(
      { what: "PostgreSQL", host: url.hostname, port, setting: "DATABASE_URL" },
      wanted,
      nowMs,
      found,
    );
    return "answers";
  });
}

interface UrlTarget {
  what: string;
  url: URL;
  setting: string;
  caSetting: string;
}

/** @param material undefined: certificates are not looked at */
function reachUrl(
  { what, url, setting, caSetting }: UrlTarget,
  material: TlsMaterial | undefined,
  nowMs: number,
  found: Finding[],
): Promise<boolean> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const isLookedAt = url.protocol === "https:" && material !== undefined;
  const tls = isLookedAt ? ({ material, opening: "none", names: [host], caSetting } as const) : undefined;
  return reach({ what, host, port, setting }, tls, nowMs, found);
}

function withSlash(url: URL): URL {
  return url.href.endsWith("/") ? url : new URL(`${url.href}/`);
}
