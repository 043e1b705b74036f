import { type TlsMaterial, VigilError } from "@vigil/core";
import { type ConnectionOptions, credsAuthenticator, nkeyAuthenticator, nkeys } from "nats";
import type { ServerList } from "./servers.ts";

/** Who a process is at NATS, beside a user or token in the URL. */
export interface BusLogin {
  /** Given, or with `tls://` in the URL: nothing is sent in the open, whatever the server would take. */
  tls?: TlsMaterial | undefined;
  /** Seed of an nkey (SU...): a signature proves the account, no secret goes over the wire. */
  nkeySeed?: string | undefined;
  /** Text of a credentials file: a JWT and the seed of its nkey. */
  creds?: string | undefined;
}

/**
 * The part of the client's options that is about TLS and the account.
 * @throws VigilError invalid-input for a seed that is none, or two accounts at once; the message repeats neither
 */
export function loginOptions(list: ServerList, login: BusLogin): Partial<ConnectionOptions> {
  const { servers: _, tls, ...fromUrl } = list;
  const encoder = new TextEncoder();
  const accounts = [fromUrl.user ?? fromUrl.token, login.nkeySeed, login.creds];
  if (accounts.filter((account) => account !== undefined).length > 1) {
    throw new VigilError(
      "invalid-input",
      "more than one account at NATS is given: keep one of a user or token in NATS_URL, VIGIL_NATS_NKEY_SEED and VIGIL_NATS_CREDS",
    );
  }
  return {
    ...fromUrl,
    ...(login.tls !== undefined || tls !== undefined ? { tls: { ...login.tls } } : {}),
    ...(login.nkeySeed === undefined
      ? {}
      : { authenticator: nkeyAuthenticator(encoder.encode(checkedSeed(login.nkeySeed))) }),
    ...(login.creds === undefined ? {} : { authenticator: credsAuthenticator(encoder.encode(login.creds)) }),
  };
}

function checkedSeed(seed: string): string {
  const trimmed = seed.trim();
  try {
    nkeys.fromSeed(new TextEncoder().encode(trimmed));
    return trimmed;
  } catch {
    // The library's error could repeat a part of the seed.
    throw new VigilError(
      "invalid-input",
      "VIGIL_NATS_NKEY_SEED is no seed of an nkey; it begins with SU and has 58 characters (nk -gen user)",
    );
  }
}
