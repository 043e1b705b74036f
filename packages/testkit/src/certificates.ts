/** Certificates for tests, made when a test runs: right ones, and each kind of wrong one. */

import { generateKeyPairSync } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import forge from "node-forge";

/** Paths of PEM files. */
export interface CertificatePair {
  cert: string;
  key: string;
}

/** All files lie in one folder; every leaf but `mismatched` has the same key, since making keys is what costs. */
export interface TestCertificates {
  /** The authority that everybody trusts. */
  ca: string;
  /** Another authority, which nobody was told to trust. */
  otherCa: string;
  /** For localhost, 127.0.0.1 and ::1; good as a server, not as a client. */
  server: CertificatePair;
  /** Good as a client, not as a server, though it names the same hosts. */
  client: CertificatePair;
  /** Good as both, for a process that runs all roles. */
  peer: CertificatePair;
  /** A server's that ended yesterday. */
  expiredServer: CertificatePair;
  /** A client's that ended yesterday. */
  expiredClient: CertificatePair;
  /** A server's for another host. */
  wrongName: CertificatePair;
  /** A server's by the other authority. */
  strangeServer: CertificatePair;
  /** A client's by the other authority. */
  strangeClient: CertificatePair;
  /** A good certificate beside a key that is not its own. */
  mismatched: CertificatePair;
}

const DAY_MS = 86_400_000;
const KEY_BITS = 2_048;
const HOSTS = ["localhost", "127.0.0.1", "::1"];

type Usage = "serverAuth" | "clientAuth";

interface Keys {
  privateKey: forge.pki.rsa.PrivateKey;
  publicKey: forge.pki.rsa.PublicKey;
  pem: string;
}

interface Leaf {
  name: string;
  usages: Usage[];
  hosts?: readonly string[];
  /** When it ends, days from now. */
  endsInDays?: number;
}

/** @param dir an existing folder; private keys are readable by their owner only */
export function makeCertificates(dir: string): TestCertificates {
  const [authorityKeys, strangerKeys, leafKeys] = [newKeys(), newKeys(), newKeys()];
  const write = (name: string, pem: string) => {
    const path = join(dir, name);
    writeFileSync(path, pem, { mode: 0o600 });
    chmodSync(path, 0o600);
    return path;
  };
  const key = write("leaf.key", leafKeys.pem);
  const wrongKey = write("other.key", strangerKeys.pem);
  const issue = (by: Keys, byName: string, leaf: Leaf): CertificatePair => ({
    cert: write(`${leaf.name}.crt`, leafCertificate(leafKeys, by, byName, leaf)),
    key,
  });
  const good = (leaf: Leaf) => issue(authorityKeys, "test authority", leaf);
  const strange = (leaf: Leaf) => issue(strangerKeys, "strange authority", leaf);
  const server = good({ name: "server", usages: ["serverAuth"] });
  return {
    ca: write("ca.crt", authorityCertificate(authorityKeys, "test authority")),
    otherCa: write("other-ca.crt", authorityCertificate(strangerKeys, "strange authority")),
    server,
    client: good({ name: "client", usages: ["clientAuth"] }),
    peer: good({ name: "peer", usages: ["serverAuth", "clientAuth"] }),
    expiredServer: good({ name: "expired-server", usages: ["serverAuth"], endsInDays: -1 }),
    expiredClient: good({ name: "expired-client", usages: ["clientAuth"], endsInDays: -1 }),
    wrongName: good({ name: "wrong-name", usages: ["serverAuth"], hosts: ["other.example"] }),
    strangeServer: strange({ name: "strange-server", usages: ["serverAuth"] }),
    strangeClient: strange({ name: "strange-client", usages: ["clientAuth"] }),
    mismatched: { cert: server.cert, key: wrongKey },
  };
}

/** Made by Node: forge's own search for primes takes seconds. */
function newKeys(): Keys {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: KEY_BITS });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const key = forge.pki.privateKeyFromPem(pem);
  return { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e), pem };
}

function authorityCertificate(keys: Keys, name: string): string {
  const certificate = blank(keys, name, name, 1);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  return signed(certificate, keys);
}

function leafCertificate(keys: Keys, by: Keys, byName: string, leaf: Leaf): string {
  const certificate = blank(keys, `vigil test ${leaf.name}`, byName, leaf.endsInDays ?? 1);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", ...Object.fromEntries(leaf.usages.map((usage) => [usage, true])) },
    { name: "subjectAltName", altNames: (leaf.hosts ?? HOSTS).map(alternativeName) },
  ]);
  return signed(certificate, by);
}

function blank(keys: Keys, name: string, issuer: string, endsInDays: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  // Positive, and so with a first bit of zero.
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(15))}`;
  certificate.validity.notBefore = new Date(Date.now() - 2 * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + endsInDays * DAY_MS);
  certificate.setSubject([{ name: "commonName", value: name }]);
  certificate.setIssuer([{ name: "commonName", value: issuer }]);
  return certificate;
}

function signed(certificate: forge.pki.Certificate, by: Keys): string {
  certificate.sign(by.privateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

/** 2: a name, 7: an address (RFC 5280, 4.2.1.6). */
function alternativeName(host: string): object {
  return host.includes(":") || /^[\d.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host };
}
