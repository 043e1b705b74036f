import type { IncomingMessage, ServerResponse } from "node:http";

/** A request's target after the path rules of the API: one form for every way of writing a path. */
export interface RequestTarget {
  /**
   * Path with `/v1` in front, single slashes, no slash at the end, still percent-encoded:
   * `//goals/dummy/` gives `/v1/goals/dummy`. `/` and reserved paths stay as they are.
   */
  readonly path: string;
  /** What followed the question mark, without it; empty when there was none. */
  readonly query: string;
  /** True when the sender left `/v1` out. Public paths are public only when written in full. */
  readonly aliased: boolean;
}

/** A part of the HTTP surface. Several share one listener; the first that handles a request gets it. */
export interface HttpRoutes {
  /** @param path normalised, as in `RequestTarget.path` */
  handles(method: string, path: string): boolean;
  /** Answers the request. Never throws; whatever goes wrong inside becomes an answer. */
  handle(request: IncomingMessage, response: ServerResponse, target: RequestTarget): void;
  /**
   * True: the routes call `response.writeContinue()` themselves when a sender waits for it
   * (`Expect: 100-continue`), so that a refused body never travels. Otherwise the listener does.
   */
  readonly continuesItself?: boolean;
}
