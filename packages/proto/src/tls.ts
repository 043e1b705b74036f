/**
 * TLS of the gRPC border. Without material both sides speak plainly, for loopback. With it state shows a certificate,
 * and asks every caller for one as soon as it has been told an authority: whoever may call may change everything.
 */

import { checkServerIdentity, createSecureContext, type PeerCertificate } from "node:tls";
import { ChannelCredentials, ServerCredentials } from "@grpc/grpc-js";
import { type TlsMaterial, VigilError } from "@vigil/core";
import type { HostPort } from "./addresses.ts";

/** Sent as the wanted server's name (SNI): the channel has one for all its addresses, which may not be an IP address. */
export const TLS_SERVER_NAME = "vigil-state";

/**
 * @param tls cert and key are needed; with `ca` only callers with a certificate by it get in
 * @throws VigilError invalid-input when the certificate or its key can't be used
 */
export function serverCredentials(tls: TlsMaterial | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { ca, cert, key } = tls;
  if (cert === undefined || key === undefined) {
    throw new VigilError(
      "invalid-input",
      "TLS of the state service needs a certificate and its key; give both",
    );
  }
  usable(() => createSecureContext({ cert, key, ca }));
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  return ServerCredentials.createSsl(ca === undefined ? null : Buffer.from(ca), [pair], ca !== undefined);
}

/**
 * @param addresses of all state processes; a certificate for any of them is good for each. The channel can't tell
 *   which address a connection goes to, and state processes may do the same.
 * @throws VigilError invalid-input when the certificate, key or authorities can't be used
 */
export function channelCredentials(
  tls: TlsMaterial | undefined,
  addresses: readonly HostPort[],
): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  const context = usable(() => createSecureContext({ ...tls, minVersion: "TLSv1.2" }));
  return ChannelCredentials.createFromSecureContext(context, {
    checkServerIdentity: (_name: string, certificate: PeerCertificate) => {
      const problems = addresses.map(({ host }) => checkServerIdentity(host, certificate));
      return problems.includes(undefined) ? undefined : problems[0];
    },
  });
}

function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const text = `TLS between Vigil's roles: a certificate, key or authority can't be used: ${(error as Error).message}`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}
