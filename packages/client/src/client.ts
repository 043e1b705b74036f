import {
  createTRPCClient,
  httpBatchStreamLink,
  httpSubscriptionLink,
  type Operation,
  retryLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
} from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "@vigil/api";
import { EventSource, type FetchLike } from "eventsource";
import { type CredentialOptions, Credentials } from "./credentials.ts";

/** Calls in one request, as many as the server takes in one. */
const BATCH_ITEMS_MAX = 20;

/** Pause before a subscription that failed is begun again: doubled each time from the first to the last, ms. */
const RESUBSCRIBE_FIRST_MS = 250;
const RESUBSCRIBE_MAX_MS = 10_000;

/** Kinds of errors that the same subscription meets again, however often it is begun. */
const LASTING_KINDS: readonly string[] = ["invalid-input", "forbidden", "not-found", "unauthenticated"];

export interface VigilClientOptions extends CredentialOptions {
  /** Where the API listens, a mount prefix included: `http://127.0.0.1:9322`. */
  url: string;
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch;
}

/** Procedures by name: `client.audits.create.mutate({...})`, `client.changes.subscribe({...}, {...})`. */
export type VigilClient = TRPCClient<AppRouter>;

/** What procedures take and answer, by name. */
export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;

/**
 * A client of Vigil's internal API.
 *
 * Calls made in the same tick travel together, and each is answered when it is done. Subscriptions live
 * on through broken connections: they are resumed after the last change that arrived. A call that failed
 * is not repeated, except once with a fresh token where `getToken` can give one.
 *
 * @throws TypeError for contradictory credentials or a URL that is none
 */
export function createVigilClient(options: VigilClientOptions): VigilClient {
  const credentials = new Credentials(options);
  const url = new URL("trpc", options.url.endsWith("/") ? options.url : `${options.url}/`).href;
  const fetch = withoutRedirects(options.fetch ?? globalThis.fetch);
  return createTRPCClient<AppRouter>({
    links: [
      retryLink<AppRouter>({
        retry: ({ op, error, attempts }) => isWorthRepeating(op, error, attempts, credentials),
        retryDelayMs: (attempts) => Math.min(RESUBSCRIBE_FIRST_MS * 2 ** (attempts - 1), RESUBSCRIBE_MAX_MS),
      }),
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: { fetch: fetchWith(credentials, fetch) },
        }),
        false: httpBatchStreamLink({
          url,
          fetch,
          maxItems: BATCH_ITEMS_MAX,
          headers: () => credentials.headers(),
        }),
      }),
    ],
  });
}

function isWorthRepeating(
  op: Operation,
  error: TRPCClientError<AppRouter>,
  attempts: number,
  credentials: Credentials,
): boolean {
  const kind = error.data?.kind;
  const subscribed = op.type === "subscription";
  if (kind === "unauthenticated" && credentials.renewable) {
    credentials.noteRefused();
    // A subscription may outlive many tokens; a call that a fresh one does not help is not helped by more.
    return subscribed || attempts === 1;
  }
  return subscribed && !(kind !== undefined && LASTING_KINDS.includes(kind));
}

/** Node's own would follow to any host, and take the token along: only Authorization is left behind there. */
function withoutRedirects(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => fetch(input, { ...init, redirect: "error" });
}

/** An event source takes no headers, but a fetch of one's own; it is asked anew at each connection. */
function fetchWith(credentials: Credentials, fetch: typeof globalThis.fetch): FetchLike {
  return async (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, ...(await credentials.headers()) } });
}

/** Whether something thrown is an error of this client; `data.kind` then says of which kind, if the server spoke. */
export function isVigilError(thrown: unknown): thrown is TRPCClientError<AppRouter> {
  return thrown instanceof TRPCClientError;
}
