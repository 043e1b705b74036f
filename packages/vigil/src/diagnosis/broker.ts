/** NATS, from this machine: each server, the login, what it allows, and whether it is set as Vigil needs it. */

import {
  type BrokerFacts,
  type Bus,
  type BusLogger,
  connectBus,
  inboxPrefixOf,
  lookAtBroker,
  permissionsOf,
  tryPermissions,
} from "@vigil/bus";
import type { TlsMaterial } from "@vigil/core";
import type { RoleName } from "@vigil/service";
import { bytesText } from "../cli/units.ts";
import type { Config } from "../config/settings.ts";
import { type Check, check } from "./checks.ts";
import { clockFinding } from "./clock.ts";
import { doubt, type Finding, problem } from "./finding.ts";
import { addressText, reach } from "./reach.ts";

/** As SECURITY.md and the tests have it. */
const VERSION_MIN = [2, 9];
/** Headers and subject beside the body of the largest webhook. */
const ENVELOPE_BYTES = 64 * 1024;
const DEFAULT_PORT = 4_222;
const CONNECT_MS_MAX = 4_000;
/** The streams with their defaults: events 1 GiB, models 2 GiB, changes 256 MiB, and what is small. */
const STORE_BYTES_WANTED = 3.5 * 1_073_741_824;

const SILENT: BusLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface BrokerOptions {
  config: Config;
  natsUrl: string;
  tls: TlsMaterial | undefined;
  role: RoleName | undefined;
  nowMs: number;
}

export async function checkBroker(options: BrokerOptions): Promise<Check[]> {
  const { natsUrl, tls, nowMs } = options;
  const urls = natsUrl
    .split(",")
    .map((part) => URL.parse(part.includes("://") ? part.trim() : `nats://${part.trim()}`));
  const servers = urls
    .filter((url) => url !== null)
    .map((url) => ({
      url,
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port || DEFAULT_PORT),
    }));
  const each = servers.map(({ url, host, port }) =>
    check(`NATS ${addressText({ host, port })}`, async (found) => {
      const wantsTls = tls !== undefined || url.protocol === "tls:";
      const wanted = {
        material: tls ?? {},
        opening: "nats",
        names: [host],
        caSetting: "VIGIL_NATS_TLS_CA",
      } as const;
      const isReached = await reach(
        { what: "NATS", host, port, setting: "NATS_URL" },
        wantsTls ? wanted : undefined,
        nowMs,
        found,
      );
      if (!isReached) return "not reached";
      return wantsTls ? "answers, with TLS" : "answers";
    }),
  );
  return Promise.all([...each, check("NATS login and settings", (found) => checkLogin(options, found))]);
}

async function checkLogin({ config, natsUrl, tls, role }: BrokerOptions, found: Finding[]): Promise<string> {
  const bus = await connectBus({
    servers: natsUrl,
    name: `vigil doctor ${config.hostName}`,
    logger: SILENT,
    tls,
    nkeySeed: config.natsNkeySeed,
    creds: config.natsCreds,
    firstConnectWaitMs: CONNECT_MS_MAX,
    ...(role === undefined ? {} : { inboxPrefix: inboxPrefixOf(role) }),
  });
  try {
    const { connected, detail } = bus.status();
    if (!connected) {
      found.push(
        problem(
          "broker-away",
          detail ?? "no connection to NATS",
          "a login at one of the servers",
          "start nats-server, correct NATS_URL, or the account (user and password, VIGIL_NATS_NKEY_SEED, VIGIL_NATS_CREDS)",
        ),
      );
      return "no connection";
    }
    return await checkConnected(bus, config, role, found);
  } finally {
    await bus.close();
  }
}

async function checkConnected(
  bus: Bus,
  config: Config,
  role: RoleName | undefined,
  found: Finding[],
): Promise<string> {
  if (role !== undefined) await tryPermissions(bus, permissionsOf(role));
  let facts: BrokerFacts | undefined;
  try {
    facts = await lookAtBroker(bus);
  } catch (thrown) {
    if (bus.status().denied === undefined) {
      found.push(
        problem(
          "no-jetstream",
          (thrown as Error).message,
          "a nats-server with JetStream, and an account that may use it",
          "start nats-server with JetStream (jetstream { store_dir: ... }); deploy/nats has configurations",
        ),
      );
    }
  }
  const { denied } = bus.status();
  if (denied !== undefined) {
    const hint = role === undefined ? "say which role's account it is (--role), or correct" : "correct";
    found.push(
      problem(
        "nats-permissions",
        denied,
        `the permissions of ${role ?? "a role"}`,
        `${hint} its permissions: deploy/nats has those of each role (node tools/nats-permissions.ts)`,
      ),
    );
  }
  if (facts === undefined) return "no JetStream";
  const isSender = role === undefined || role === "edge";
  // Only an edge knows how large a webhook may be.
  const wanted = isSender ? config : { ...config, webhookBodyBytesMax: 0 };
  found.push(...brokerFindings(facts, wanted, Date.now()));
  return `NATS ${facts.version}${facts.cluster === "" ? "" : `, cluster ${facts.cluster}`}, messages up to ${bytesText(facts.payloadBytesMax)}`;
}

/** How the broker is set, against how it has to be. */
export function brokerFindings(
  facts: BrokerFacts,
  config: Pick<Config, "webhookBodyBytesMax" | "natsReplicas">,
  nowMs: number,
): Finding[] {
  const { version, payloadBytesMax, cluster, storeBytesMax, streams, clockMs } = facts;
  const wanted = config.webhookBodyBytesMax + ENVELOPE_BYTES;
  const findings: Finding[] = [];
  if (isOlder(version))
    findings.push(
      problem(
        "nats-version",
        `nats-server ${version}`,
        `${VERSION_MIN.join(".")} or later`,
        "upgrade nats-server, one server after the other",
      ),
    );
  if (payloadBytesMax < wanted)
    findings.push(
      doubt(
        "nats-max-payload",
        `messages of at most ${payloadBytesMax} bytes (max_payload)`,
        `${wanted}, for webhooks of ${config.webhookBodyBytesMax} bytes`,
        `set max_payload: ${wanted} on nats-server, or lower VIGIL_WEBHOOK_BODY_BYTES_MAX`,
      ),
    );
  if (config.natsReplicas > 1 && cluster === "")
    findings.push(
      problem(
        "nats-replicas",
        `VIGIL_NATS_REPLICAS is ${config.natsReplicas}, and nats-server ${facts.server} stands alone`,
        "a cluster of at least as many servers",
        "form one (deploy/nats has a configuration for three), or set VIGIL_NATS_REPLICAS=1",
      ),
    );
  if (cluster !== "" && config.natsReplicas === 1)
    findings.push(
      doubt(
        "nats-one-copy",
        `a cluster (${cluster}), and one copy of each stream`,
        "VIGIL_NATS_REPLICAS=3 on three servers: else one server's disk holds all there is",
        "set VIGIL_NATS_REPLICAS=3 everywhere and restart state",
      ),
    );
  const differing = streams
    .filter(({ replicas }) => replicas !== config.natsReplicas)
    .map(({ name }) => name);
  if (differing.length > 0)
    findings.push(
      doubt(
        "stream-replicas",
        `${differing.join(", ")}: not ${config.natsReplicas} copies, as VIGIL_NATS_REPLICAS says here`,
        "one number everywhere",
        "set it alike in all processes; state changes the streams when it starts",
      ),
    );
  if (storeBytesMax > 0 && storeBytesMax < STORE_BYTES_WANTED)
    findings.push(
      doubt(
        "nats-store-room",
        `room for ${bytesText(storeBytesMax)} of files`,
        `${bytesText(STORE_BYTES_WANTED)}, what the streams may take together`,
        "raise max_file_store, or the account's max_disk",
      ),
    );
  return [...findings, ...(clockMs === undefined ? [] : clockFinding("NATS", clockMs - nowMs))];
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = VERSION_MIN;
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
