/**
 * Under which address a client sees this API. Links to objects and `next` take scheme and host alone; the
 * discovery documents and `Location` add the path under which a proxy mounts the API (rest-api 1.8, 1.9).
 */

import type { IncomingHttpHeaders } from "node:http";

export interface RequestUrls {
  /** `http://host:9322`. */
  hostUrl: string;
  /** The same with the mount prefix, without a slash at the end. */
  applicationUrl: string;
}

export interface UrlSource {
  headers: IncomingHttpHeaders;
  /** Address and port the request arrived at; stands in for an absent Host header (HTTP/1.0). */
  localAddress: string;
  /** Whether it arrived over TLS. */
  isEncrypted: boolean;
  /** True: believe what proxies say in `Forwarded` and `X-Forwarded-*`. */
  proxyHeaders: boolean;
}

/** What a proxy says of the request it took. */
interface Forwarding {
  scheme?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
  prefix?: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: "80", https: "443" };

/** Both addresses for one request. */
export function requestUrls(source: UrlSource): RequestUrls {
  const forwarded = source.proxyHeaders ? readForwarding(source.headers) : {};
  const scheme = forwarded.scheme ?? (source.isEncrypted ? "https" : "http");
  const host = forwarded.host ?? source.headers.host ?? source.localAddress;
  const hostUrl = `${scheme}://${withPort(host, forwarded.port, scheme)}`;
  return { hostUrl, applicationUrl: hostUrl + (forwarded.prefix ?? "") };
}

/** `Forwarded` (RFC 7239) wins over the older headers; of several proxies the outermost is the first. */
function readForwarding(headers: IncomingHttpHeaders): Forwarding {
  const prefix = prefixOf(first(headers["x-forwarded-prefix"]));
  const standard = first(headers.forwarded);
  if (standard !== undefined) {
    return { scheme: schemeOf(parameter(standard, "proto")), host: parameter(standard, "host"), prefix };
  }
  return {
    scheme: schemeOf(first(headers["x-forwarded-proto"])),
    host: first(headers["x-forwarded-host"]),
    port: first(headers["x-forwarded-port"]),
    prefix,
  };
}

function first(value: string | string[] | undefined): string | undefined {
  const element = (Array.isArray(value) ? value.join(",") : value)?.split(",")[0]?.trim();
  return element === "" ? undefined : element;
}

function parameter(element: string, name: string): string | undefined {
  for (const pair of element.split(";")) {
    const [key = "", ...rest] = pair.split("=");
    if (key.trim().toLowerCase() === name) return rest.join("=").trim().replaceAll('"', "") || undefined;
  }
  return undefined;
}

function schemeOf(text: string | undefined): string | undefined {
  const scheme = text?.toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}

function prefixOf(text: string | undefined): string | undefined {
  const path = text?.replace(/\/+$/, "");
  return path === undefined || path === "" || path.startsWith("/") ? path : `/${path}`;
}

/** A forwarded port is added to a host that has none, unless it is the scheme's own. */
function withPort(host: string, port: string | undefined, scheme: string): string {
  const hasPort = /:\d+$/.test(host) && (!host.includes("[") || host.includes("]:"));
  if (hasPort || port === undefined || !/^\d{1,5}$/.test(port)) return host;
  return port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}
