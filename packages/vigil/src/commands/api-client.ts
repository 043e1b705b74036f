/** Commands that call Vigil's API: who they are there, and what is said when it does not go well. */

import { createVigilClient, isVigilError, type VigilClient } from "@vigil/client";
import { VigilError } from "@vigil/core";
import type { Config } from "../config/settings.ts";
import { openSession } from "../roles/keystone.ts";

/** Who a command says it is where identity headers are trusted. */
const DEVELOPER = { "x-user-id": "vigil-cli", "x-project-id": "vigil-cli", "x-roles": "admin" };

/**
 * Calls the API with a client that is logged in as the configuration says.
 *
 * @throws VigilError of the server's kind; unavailable when Vigil or Keystone could not be asked
 */
export async function withClient<T>(
  config: Config,
  env: NodeJS.ProcessEnv,
  call: (client: VigilClient) => Promise<T>,
): Promise<T> {
  // The client tells of an answer that is not Vigil's by whatever failed while it was read.
  let lastStatus: number | undefined;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    lastStatus = undefined;
    const response = await globalThis.fetch(input, init);
    lastStatus = response.status;
    return response;
  };
  const url = config.apiUrl;
  const session = config.auth === "none" ? undefined : openSession(config, env);
  let last = "";
  const getToken = async ({ refused }: { refused: boolean }) => {
    if (refused) session?.invalidate(last);
    last = (await session?.token())?.token ?? "";
    return last;
  };
  const credentials = session === undefined ? { identityHeaders: DEVELOPER } : { getToken };
  try {
    return await call(createVigilClient({ url, fetch, ...credentials }));
  } catch (error) {
    throw translated(error, config, lastStatus);
  } finally {
    await session?.close();
  }
}

/** The client's errors as ours: those of the server keep their kind, the rest means that it was not reached. */
function translated(error: unknown, { apiUrl, auth }: Config, status: number | undefined): unknown {
  if (!isVigilError(error)) return error;
  const { cause } = error;
  const kind = error.data?.kind;
  if (kind === "unauthenticated" && auth === "none") {
    const text = `Vigil's API at ${apiUrl} wants a token, and auth is none here; leave VIGIL_AUTH out and name an account (OS_CLOUD, or OS_AUTH_URL and the rest)`;
    return new VigilError(kind, text, { cause: error });
  }
  if (kind) return new VigilError(kind, error.message, { cause: error });
  if (cause instanceof VigilError) return keystoneError(cause);
  const seen =
    status === undefined
      ? `no answer from Vigil's API at ${apiUrl}: ${reasonOf(error)}; start it (vigil up), or correct`
      : `what answers at ${apiUrl} (status ${status}) is not Vigil's API; correct`;
  return new VigilError("unavailable", `${seen} --api-url or VIGIL_API_URL`, { cause: error });
}

/** Senders are told no more than that Keystone is away; whoever configures the address needs it. */
function keystoneError(error: VigilError): VigilError {
  const { keystone, reason } = error.details ?? {};
  if (error.kind !== "unavailable" || reason === undefined) return error;
  const where = keystone === undefined ? "" : ` at ${String(keystone)}`;
  const text = `no token from Keystone${where}: ${String(reason)}; correct OS_AUTH_URL or the cloud's auth_url, or try again when it is up`;
  return new VigilError(error.kind, text, { cause: error });
}

/** fetch says only "fetch failed"; what happened is in its cause. */
function reasonOf(error: Error): string {
  let deepest = error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest.message || deepest.name;
}
