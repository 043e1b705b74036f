import { VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { parseServers } from "./servers.ts";

describe("NATS_URL", () => {
  test("one or several addresses, with or without scheme and port", () => {
    expect(parseServers("nats://a:4223, b,tls://c")).toEqual({
      servers: ["a:4223", "b:4222", "c:4222"],
      tls: {},
    });
    expect(parseServers("nats://[::1]:4222").servers).toEqual(["[::1]:4222"]);
  });

  test("credentials are taken out of the first URL that has some", () => {
    const found = parseServers("nats://a,nats://u%40x:p%3Aw@b,nats://v:q@c");
    expect(found).toEqual({ servers: ["a:4222", "b:4222", "c:4222"], user: "u@x", pass: "p:w" });
    expect(parseServers("nats://s3cr3t@a")).toEqual({ servers: ["a:4222"], token: "s3cr3t" });
  });

  test.each(["", "http://a", "nats://", "nats://a,,b", "nats://u:s3cr3t@a:port"])("%j is refused", (text) => {
    const error = (() => {
      try {
        return parseServers(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(VigilError);
    expect((error as VigilError).kind).toBe("invalid-input");
    expect((error as VigilError).message).not.toContain("s3cr3t");
  });
});
