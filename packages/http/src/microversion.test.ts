import { describe, expect, it } from "vitest";
import { HttpFault } from "./fault.ts";
import { parseMicroversion, versionHeaders } from "./microversion.ts";

function refusal(header: string): HttpFault {
  try {
    parseMicroversion(header);
  } catch (error) {
    expect(error).toBeInstanceOf(HttpFault);
    return error as HttpFault;
  }
  throw new Error(`${header} was accepted`);
}

describe("microversion", () => {
  it.each([
    [undefined, 0],
    ["", 0],
    ["infra-optim 1.4", 4],
    ["Infra-Optim 1.7", 7],
    ["infra-optim latest", 7],
    ["infra-optim LATEST", 7],
    ["infra-optim 1", 0],
    ["infra-optim 1.0", 0],
    ["infra-optim 1.x", 0],
    ["infra-optim abc", 0],
    ["infra-optim", 0],
    ["1.5", 0],
    ["compute 2.90", 0],
    ["compute 2.90, infra-optim 1.3", 3],
    ["infra-optim 1.3,compute 2.90", 3],
    ["infra-optim 1.3, infra-optim 1.5", 5],
  ])("%s is 1.%i", (header, minor) => {
    expect(parseMicroversion(header)).toBe(minor);
  });

  it.each([
    ["infra-optim 10", "Invalid value for OpenStack-API-Version header"],
    ["infra-optim 2", "Invalid value for OpenStack-API-Version header"],
    ["infra-optim 1.2.3", "Invalid value for OpenStack-API-Version header"],
    [
      "infra-optim 2.0",
      "Mutually exclusive versions requested. Version 2.0 requested but not supported by this service. The supported version range is: [1.0, 1.7].",
    ],
    [
      "infra-optim 1.999",
      "Version 1.999 was requested but the minor version is not supported by this service. The supported version range is: [1.0, 1.7].",
    ],
    ["infra-optim 1.-1", "Version 1.-1 was requested"],
  ])("%s is refused", (header, text) => {
    const fault = refusal(header);
    expect(fault.status).toBe(406);
    expect(fault.message).toContain(text);
    expect(fault.headers).toEqual(versionHeaders());
  });

  it("is told with every answer, the range alone when it was refused", () => {
    const range = {
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
      vary: "OpenStack-API-Version",
    };
    expect(versionHeaders()).toEqual(range);
    expect(versionHeaders(4)).toEqual({ "openstack-api-version": "infra-optim 1.4", ...range });
  });
});
