/** Whether anybody listens at an address, and what certificate is shown there. Nothing is sent but what begins TLS. */

import { once } from "node:events";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import type { TlsMaterial } from "@vigil/core";
import { durationText } from "../cli/units.ts";
import { doubt, type Finding, problem } from "./finding.ts";

/** For one connection, ms: a host that is away says nothing. */
const REACH_MS_MAX = 3_000;
/** A certificate that ends sooner is told of. */
const RENEWAL_MS = 30 * 86_400_000;
/** Bytes of what a server says first. */
const GREETING_BYTES_MAX = 64 * 1024;

/** What has to be said before TLS begins. */
export type Opening = "none" | "nats" | "postgresql";

export interface Target {
  /** For people: "NATS". */
  what: string;
  host: string;
  port: number;
  /** Where the address comes from: "NATS_URL". */
  setting: string;
}

/** What TLS should be like at a target; undefined: plain. */
export interface WantedTls {
  material: TlsMaterial;
  opening: Opening;
  /** A certificate for one of these is good. */
  names: readonly string[];
  /** Variable that names the authorities. */
  caSetting: string;
}

export function addressText({ host, port }: Pick<Target, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Connects, with TLS where it is wanted, and hangs up.
 * @returns whether it is worth asking further
 */
export async function reach(
  target: Target,
  tls: WantedTls | undefined,
  nowMs: number,
  found: Finding[],
): Promise<boolean> {
  const socket = connectTcp({ host: target.host, port: target.port });
  // Whatever comes later of a connection that is given up.
  socket.on("error", () => undefined);
  const signal = AbortSignal.timeout(REACH_MS_MAX);
  try {
    await once(socket, "connect", { signal });
    if (tls !== undefined) found.push(...(await certificateFindings(target, socket, tls, nowMs, signal)));
  } catch (thrown) {
    found.push(unreachable(target, thrown as NodeJS.ErrnoException));
  } finally {
    socket.destroy();
  }
  return found.every(({ level }) => level !== "error");
}

function unreachable({ what, setting, ...address }: Target, error: NodeJS.ErrnoException): Finding {
  const seen =
    error.name === "AbortError"
      ? `no answer in ${durationText(REACH_MS_MAX)}`
      : error.message || (error.code ?? error.name);
  const advice = {
    ECONNREFUSED: `nothing listens there: start it, or correct ${setting}`,
    ENOTFOUND: `that name is not known here: correct ${setting}, or the resolver (getent hosts ${address.host})`,
  }[error.code ?? ""];
  return problem(
    "unreachable",
    `${what} at ${addressText(address)}: ${seen}`,
    "a connection",
    advice ?? `look at the network between (firewall, routes), or correct ${setting}`,
  );
}

async function certificateFindings(
  target: Target,
  socket: Socket,
  tls: WantedTls,
  nowMs: number,
  signal: AbortSignal,
): Promise<Finding[]> {
  const where = `${target.what} at ${addressText(target)}`;
  const speaks = await opened(socket, tls.opening, signal);
  if (!speaks) return [noTls(where, "it offers none")];
  const secured = connectTls({
    ...tls.material,
    socket,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    // PostgreSQL takes none of HTTP's.
    ...(tls.opening === "none" ? { ALPNProtocols: ["h2", "http/1.1"] } : {}),
  });
  secured.on("error", () => undefined);
  try {
    await once(secured, "secureConnect", { signal });
    return judged(where, secured, tls, nowMs);
  } catch (thrown) {
    return [noTls(where, (thrown as Error).message)];
  } finally {
    secured.destroy();
  }
}

function noTls(where: string, seen: string): Finding {
  return problem(
    "no-tls",
    `${where}: TLS fails: ${seen}`,
    "TLS, as the settings here say",
    "turn TLS on there, or take the certificates out of the settings here",
  );
}

/** False: the other side says that it has no TLS. */
async function opened(socket: Socket, opening: Opening, signal: AbortSignal): Promise<boolean> {
  if (opening === "none") return true;
  if (opening === "postgresql") {
    socket.write(SSL_REQUEST);
    const [answer] = (await once(socket, "data", { signal })) as [Buffer];
    return answer.toString("latin1", 0, 1) === "S";
  }
  let greeting = "";
  while (!greeting.includes("\r\n") && greeting.length < GREETING_BYTES_MAX) {
    const [part] = (await once(socket, "data", { signal })) as [Buffer];
    greeting += part.toString();
  }
  return /"tls_(required|available)":\s*true/.test(greeting);
}

/** PostgreSQL's SSLRequest: its length, and the number that asks (protocol, section 55.7). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

function judged(where: string, socket: TLSSocket, tls: WantedTls, nowMs: number): Finding[] {
  const certificate = socket.getPeerCertificate();
  const findings: Finding[] = [];
  const error = String(socket.authorizationError ?? "");
  const isOfDate = error === "CERT_HAS_EXPIRED" || error === "CERT_NOT_YET_VALID";
  if (error !== "" && !isOfDate)
    findings.push(
      problem(
        "tls-authority",
        `${where}: its certificate, by ${nameOf(certificate.issuer)}, is not believed (${error})`,
        tls.material.ca === undefined
          ? "one by an authority of this system"
          : `one by the authorities of ${tls.caSetting}`,
        `name the authority that made it in ${tls.caSetting}, or have the server show another certificate`,
      ),
    );
  const problems = tls.names.map((name) => checkServerIdentity(name, certificate));
  if (!problems.includes(undefined))
    findings.push(
      problem(
        "tls-name",
        `${where}: its certificate is for ${certificate.subjectaltname ?? nameOf(certificate.subject)}`,
        `one for ${tls.names.join(" or ")}`,
        "make a certificate with that name (subjectAltName), or use a name in the setting that it has",
      ),
    );
  return [...findings, ...dateFindings(where, certificate.valid_from, certificate.valid_to, nowMs)];
}

function nameOf(subject: PeerCertificate["subject"] | undefined): string {
  return subject?.CN ?? JSON.stringify(subject ?? {});
}

/** Also for certificates in files. */
export function dateFindings(where: string, from: string, to: string, nowMs: number): Finding[] {
  const beginsMs = Date.parse(from) - nowMs;
  const endsMs = Date.parse(to) - nowMs;
  if (beginsMs > 0)
    return [
      problem(
        "tls-not-yet",
        `${where}: its certificate begins only at ${from}`,
        "one that holds now",
        "correct the clock of this machine, or make the certificate anew",
      ),
    ];
  if (endsMs <= 0)
    return [
      problem(
        "tls-expired",
        `${where}: its certificate ended at ${to}`,
        "one that holds now",
        "make it anew and restart the process that shows it",
      ),
    ];
  if (endsMs < RENEWAL_MS)
    return [
      doubt(
        "tls-expiring",
        `${where}: its certificate ends in ${durationText(endsMs)}, at ${to}`,
        `at least ${durationText(RENEWAL_MS)}`,
        "make it anew and restart the process that shows it",
      ),
    ];
  return [];
}
