/** Configuration of a nats-server that lets in only whom it knows, for `startNats({ security })`. */

import type { CertificatePair } from "./certificates.ts";

export interface NatsUser {
  /** Public part of the nkey, U... */
  nkey: string;
  /** Name of the permissions, as `permissions` defines it. */
  may: string;
}

/**
 * @param permissions definitions, as in deploy/nats/permissions.conf
 * @param tls the server's own certificate; clients need one by `ca`
 */
export function natsSecurity(
  permissions: string,
  users: readonly NatsUser[],
  tls: CertificatePair & { ca: string },
): string {
  const file = (path: string) => JSON.stringify(path);
  return [
    permissions,
    "authorization {",
    "  users = [",
    ...users.map(({ nkey, may }) => `    { nkey: ${nkey}, permissions: $${may} }`),
    "  ]",
    "}",
    `tls { cert_file: ${file(tls.cert)}, key_file: ${file(tls.key)}, ca_file: ${file(tls.ca)}, verify: true }`,
  ].join("\n");
}
