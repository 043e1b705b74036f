import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { requestUrls } from "./urls.ts";

function urls(headers: IncomingHttpHeaders, proxyHeaders = true, isEncrypted = false) {
  return requestUrls({ headers, localAddress: "127.0.0.1:9322", isEncrypted, proxyHeaders });
}

test("rest-api 1.9 scheme and host come from the request", () => {
  expect(urls({ host: "cloud:9322" })).toEqual({
    hostUrl: "http://cloud:9322",
    applicationUrl: "http://cloud:9322",
  });
});

test("links lead to TLS where the request came over TLS, unless a proxy says otherwise", () => {
  expect(urls({ host: "cloud:9322" }, false, true).hostUrl).toBe("https://cloud:9322");
  expect(urls({ host: "in", "x-forwarded-proto": "http" }, true, true).hostUrl).toBe("http://in");
});

test("without a Host header the address of the socket stands in", () => {
  expect(urls({}).hostUrl).toBe("http://127.0.0.1:9322");
});

test("rest-api 1.9 proxy headers are ignored unless they are enabled", () => {
  const headers = {
    host: "in:9322",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "out",
    forwarded: "host=x",
  };
  expect(urls(headers, false).hostUrl).toBe("http://in:9322");
});

test.each<[string, IncomingHttpHeaders, string]>([
  ["X-Forwarded-Proto", { "x-forwarded-proto": "https" }, "https://in:9322"],
  ["X-Forwarded-Host", { "x-forwarded-host": "out:8443" }, "http://out:8443"],
  ["the outermost proxy", { "x-forwarded-host": "out, middle" }, "http://out"],
  ["X-Forwarded-Port", { "x-forwarded-host": "out", "x-forwarded-port": "8443" }, "http://out:8443"],
  [
    "the scheme's own port",
    { "x-forwarded-proto": "https", "x-forwarded-host": "out", "x-forwarded-port": "443" },
    "https://out",
  ],
  ["IPv6", { "x-forwarded-host": "[::1]", "x-forwarded-port": "8443" }, "http://[::1]:8443"],
  ["Forwarded", { forwarded: 'for=1.2.3.4;proto=https;host="out:8443", for=x' }, "https://out:8443"],
  ["Forwarded before X-Forwarded", { forwarded: "host=a", "x-forwarded-host": "b" }, "http://a"],
  ["an unknown scheme", { "x-forwarded-proto": "gopher" }, "http://in:9322"],
])("rest-api 1.9 with proxy headers: %s", (_name, headers, wanted) => {
  expect(urls({ host: "in:9322", ...headers }).hostUrl).toBe(wanted);
});

test("rest-api 1.8 the mount prefix is in the application URL only", () => {
  expect(urls({ host: "out", "x-forwarded-prefix": "/infra-optim/" })).toEqual({
    hostUrl: "http://out",
    applicationUrl: "http://out/infra-optim",
  });
});
