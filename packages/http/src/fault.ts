import { type ErrorKind, VigilError } from "@vigil/core";

/**
 * A refusal that is about HTTP itself (method, media type, version, size) and so has a status of its
 * own, finer than its kind's. Whatever is about the data is a plain VigilError.
 */
export class HttpFault extends VigilError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(kindOf(status), text);
    this.name = "HttpFault";
    this.status = status;
    this.headers = headers;
  }
}

/** Lets code that knows kinds only treat a fault sensibly. */
function kindOf(status: number): ErrorKind {
  if (status === 404) return "not-found";
  if (status === 429) return "overloaded";
  if (status === 408) return "deadline";
  return status >= 500 ? "unavailable" : "invalid-input";
}
