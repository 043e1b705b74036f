/**
 * Answers that no kind of error stands for, because they are about HTTP itself: the method, the media
 * type, the version. Whatever is about the data is a VigilError.
 */
export class HttpFault extends Error {
  readonly status: 404 | 405 | 406 | 413 | 415;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: HttpFault["status"], text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.name = "HttpFault";
    this.status = status;
    this.headers = headers;
  }
}

/** No such path. The text is the one that Watcher's router gives. */
export function noSuchResource(): HttpFault {
  return new HttpFault(404, "404 Not Found: The resource could not be found.");
}

export function methodNotAllowed(method: string, offered: readonly string[]): HttpFault {
  const allow = offered.join(", ");
  const text = `405 Method Not Allowed: The method ${method} is not allowed for this resource. Offered: ${allow}.`;
  return new HttpFault(405, text, { allow });
}

/** A member or a resource of a later microversion than the one in use. */
export function notAcceptable(): HttpFault {
  return new HttpFault(406, "Request not acceptable.");
}
