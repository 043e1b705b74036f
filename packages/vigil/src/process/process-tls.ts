/** Which connections of a process have TLS, and a word of warning about those that leave the machine without. */

import { isIPv4 } from "node:net";
import type { TlsMaterial } from "@vigil/core";
import type { Logger, RoleName } from "@vigil/service";
import type { Config } from "../config/settings.ts";
import { readTlsFiles, type TlsBorder } from "../config/tls-files.ts";

export type ProcessTls = Record<TlsBorder, TlsMaterial | undefined>;

type Has = (name: RoleName) => boolean;

/** Only the files of borders that this process has. @throws VigilError invalid-input naming the setting */
export function readProcessTls(has: Has, config: Config, logger: Logger): ProcessTls {
  const read = (border: TlsBorder) =>
    readTlsFiles(config, border, Date.now(), (fields, text) => logger.warn(fields, text));
  const isHttp = has("edge") || has("api");
  const isGrpc = has("state") || has("api") || has("worker") || has("applier");
  return {
    state: isGrpc ? read("state") : undefined,
    nats: read("nats"),
    database: has("state") ? read("database") : undefined,
    http: isHttp ? read("http") : undefined,
  };
}

/** Whether an address is reached without leaving the machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}

interface Borders extends ProcessTls {
  has: Has;
  config: Config;
  natsUrl: string;
}

/** One line at the start that names each connection with others on the network that is not encrypted. */
export function warnOfPlain(borders: Borders, logger: Logger): void {
  const plain = plainBorders(borders);
  if (plain.length === 0) return;
  logger.warn(
    { plain },
    "connections over the network are not encrypted; SECURITY.md names the settings (VIGIL_..._TLS_...)",
  );
}

function plainBorders({ has, config, natsUrl, ...tls }: Borders): string[] {
  const { databaseUrl, stateHost, stateAddress, httpHost } = config;
  const calls = !has("state") && (has("api") || has("worker") || has("applier"));
  const isRemote = (hosts: string[]) => hosts.some((host) => !isLoopback(host));
  const nats = natsUrl.split(",").map((part) => URL.parse(part.includes("://") ? part : `nats://${part}`));
  return [
    ...(tls.http === undefined && (has("edge") || has("api")) && isRemote([httpHost]) ? ["HTTP"] : []),
    ...(tls.state === undefined && has("state") && isRemote([stateHost]) ? ["gRPC, served"] : []),
    ...(tls.state === undefined && calls && isRemote(hostsOf(stateAddress)) ? ["gRPC, called"] : []),
    ...(tls.nats === undefined &&
    isRemote(nats.map((url) => (url?.protocol === "tls:" ? "localhost" : (url?.hostname ?? ""))))
      ? ["NATS"]
      : []),
    ...(has("state") && tls.database === undefined && isPlainDatabase(databaseUrl) ? ["PostgreSQL"] : []),
  ];
}

function hostsOf(addresses: string): string[] {
  return addresses.split(",").map((address) => address.replace(/:\d+$/, ""));
}

function isPlainDatabase(url: string | undefined): boolean {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null || isLoopback(parsed.hostname)) return false;
  const parameters = parsed.searchParams;
  if (parameters.has("sslrootcert") || parameters.get("ssl") === "true") return false;
  return ["disable", null].includes(parameters.get("sslmode"));
}
