import type { Readable } from "node:stream";
import type { Identity, PolicyTarget } from "@vigil/http";
import type { FastifyRequest } from "fastify";
import type { RequestUrls } from "./urls.ts";

/** What the checks before routing found out about a request. */
export interface Call extends RequestUrls {
  identity: Identity;
  /** Minor number of the microversion in use. */
  minor: number;
  /**
   * @param target the object that the rule is about, with its members as show has them; absent for collections
   * @throws VigilError forbidden when the sender may not do what the policy rule is about
   */
  check(rule: string, target?: PolicyTarget): void;
  /** What the sender says its body is; undefined when it says nothing. */
  contentType: string | undefined;
  /** Reads include soft-deleted rows. */
  showDeleted: boolean;
  /** `req-<uuid>`, made here; the sender's own is only logged. */
  requestId: string;
}

declare module "fastify" {
  interface FastifyRequest {
    call: Call;
  }
}

/** What a handler answers; 204 has no body. */
export type Answer = BodyAnswer | { status: 204 };

/** An answer with a JSON body. */
export interface BodyAnswer {
  status: 200 | 201;
  /** A stream holds the text of one JSON value, for those too large to be made at once. */
  body: object | Readable;
  headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: FastifyRequest) => Promise<Answer> | Answer;
