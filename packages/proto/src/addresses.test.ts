import { describe, expect, test } from "vitest";
import { parseAddresses, targetOf } from "./addresses.ts";

describe("parseAddresses", () => {
  test("reads names, IPv4 and IPv6, several at once", () => {
    expect(parseAddresses("state-1:9323, 10.0.0.2:9324,[::1]:9325")).toEqual([
      { host: "state-1", port: 9323 },
      { host: "10.0.0.2", port: 9324 },
      { host: "::1", port: 9325 },
    ]);
  });

  test.each(["", "state", "state:", "state:0", "state:65536", "a:1,,b:2", "::1:9323", "http://a:1"])(
    "refuses %j and says what is wanted",
    (text) => {
      expect(() => parseAddresses(text)).toThrow(/wanted host:port/);
    },
  );

  test("a target reads back as the same addresses", () => {
    const addresses = parseAddresses("state-1:9323,[fe80::1]:9325");
    expect(parseAddresses(targetOf(addresses).replace(/^vigil-state:/, ""))).toEqual(addresses);
  });
});
