import { VigilError } from "@vigil/core";
import { HttpFault } from "@vigil/http";

/** No such path. The sentence is the one that Watcher's router gives. */
export function noSuchResource(): HttpFault {
  return new HttpFault(404, "404 Not Found: The resource could not be found.");
}

/** The path exists and offers other methods; Allow lists them. */
export function methodNotAllowed(method: string, offered: readonly string[]): HttpFault {
  const allow = offered.join(", ");
  const text = `405 Method Not Allowed: The method ${method} is not allowed for this resource. Offered: ${allow}.`;
  return new HttpFault(405, text, { allow });
}

/** A member or a resource of a later microversion than the one in use. */
export function notAcceptable(): HttpFault {
  return new HttpFault(406, "Request not acceptable.");
}

/** A request without something that its path or body has to name. */
export function missingArgument(argument: string): VigilError {
  return new VigilError("invalid-input", `Missing argument: "${argument}"`);
}

/** A body of a type that is not read here. */
export function unknownMediaType(type: string): HttpFault {
  return new HttpFault(415, `Unknown mimetype: ${type}`);
}
