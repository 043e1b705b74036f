import { VigilError } from "@vigil/core";

/** What nats.js wants to know about the servers and the account. */
export interface ServerList {
  servers: string[];
  user?: string;
  pass?: string;
  token?: string;
  tls?: Record<string, never>;
}

/**
 * Reads NATS_URL: URLs separated by commas. nats.js ignores credentials inside a URL, so they are taken out
 * here; the first URL that has some gives them for all. `nats://token@host` is a token.
 * @throws VigilError invalid-input; the message never repeats the credentials
 */
export function parseServers(text: string): ServerList {
  const list: ServerList = { servers: [] };
  for (const [index, part] of text.split(",").entries()) {
    const url = parseUrl(part.trim(), index);
    list.servers.push(`${url.hostname}:${url.port === "" ? "4222" : url.port}`);
    if (url.protocol === "tls:") list.tls = {};
    if (url.username === "" || list.user !== undefined || list.token !== undefined) continue;
    if (url.password === "") {
      list.token = decodeURIComponent(url.username);
    } else {
      list.user = decodeURIComponent(url.username);
      list.pass = decodeURIComponent(url.password);
    }
  }
  return list;
}

function parseUrl(part: string, index: number): URL {
  const url = URL.parse(part.includes("://") ? part : `nats://${part}`);
  if (url === null || url.hostname === "" || (url.protocol !== "nats:" && url.protocol !== "tls:")) {
    throw new VigilError(
      "invalid-input",
      `address ${index + 1} of the NATS servers is not nats://[user:password@]host[:port] (or tls://). ` +
        "Correct NATS_URL; several addresses are separated by commas.",
    );
  }
  return url;
}
