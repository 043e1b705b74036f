import { createAuthenticator, createPolicy, DEFAULT_POLICY_RULES, readTarget } from "@vigil/http";
import { connectState, type Deadlines } from "@vigil/proto";
import { createLogger, type Logger } from "@vigil/service";
import { createRestApp } from "../rest/app.ts";
import { routedUrl } from "../rest/path.ts";
import { ADMIN } from "./fixture.ts";
import { NO_MODEL } from "./no-model.ts";

/** How a request ends that gets through to the state process, which is none: after its deadline. */
export const REACHED_STATE = 504;

export interface Sent {
  /** Default: those of an administrator. */
  headers?: Record<string, string>;
  payload?: string;
}

export interface BareAnswer {
  statusCode: number;
  headers: Record<string, unknown>;
  body: string;
  /** Text of an error, decoded twice as the Python client does. */
  fault: string | undefined;
}

/** REST without a socket and with nobody behind it: for everything that is answered before a row is needed. */
export interface BareApp {
  call(method: string, url: string, sent?: Sent): Promise<BareAnswer>;
  stop(): Promise<void>;
}

export interface BareAppOptions {
  logger?: Logger;
  allowedOrigins?: readonly string[];
  deadlines?: Partial<Deadlines>;
}

export async function startBareApp(options: BareAppOptions = {}): Promise<BareApp> {
  const { logger = createLogger({ role: "api", level: "silent" }), allowedOrigins = [] } = options;
  const deadlines = options.deadlines ?? { readMs: 50, writeMs: 50 };
  const state = connectState({ address: "127.0.0.1:1", deadlines });
  const app = await createRestApp({
    records: state.records,
    edits: state.edits,
    newest: NO_MODEL,
    authenticator: createAuthenticator({ mode: "none" }),
    policy: createPolicy(DEFAULT_POLICY_RULES),
    logger,
    allowedOrigins,
  });
  return {
    async call(method, url, { headers = ADMIN, payload } = {}) {
      const {
        statusCode,
        headers: answered,
        body,
      } = await app.inject({
        method: method as "GET",
        url: routedUrl(url, readTarget(url)),
        headers,
        ...(payload !== undefined && { payload }),
      });
      return { statusCode, headers: answered, body, fault: faultOf(body) };
    },
    async stop() {
      await app.close();
      state.close();
    },
  };
}

/** @throws Error when the envelope is not as clients decode it: an object of three members as text in one of one */
function faultOf(body: string): string | undefined {
  if (!body.includes("error_message")) return undefined;
  const outer = JSON.parse(body) as { error_message: unknown };
  if (typeof outer.error_message !== "string") throw new Error(`error_message is no text: ${body}`);
  const inner = JSON.parse(outer.error_message) as Record<string, unknown>;
  const members = Object.keys(inner).sort().join();
  if (members !== "debuginfo,faultcode,faultstring") throw new Error(`the fault has the members ${members}`);
  return inner.faultstring as string;
}
