import { readTarget } from "@vigil/http";
import { describe, expect, test } from "vitest";
import { routedUrl } from "./path.ts";

const route = (url: string) => routedUrl(url, readTarget(url));

describe("rest-api 1.1 paths as they are routed", () => {
  test.each([
    ["/", "/"],
    ["/v1", "/v1"],
    ["/v1/", "/v1"],
    ["/goals/dummy", "/v1/goals/dummy"],
    ["/v2/goals", "/v1/v2/goals"],
    ["/v1/goals/?limit=2", "/v1/goals?limit=2"],
    ["//v1//goals", "/v1/goals"],
    ["/v1/goals?marker=a//b/", "/v1/goals?marker=a//b/"],
    ["/v1/audits/my%20audit", "/v1/audits/my%20audit"],
  ])("%s is routed as %s", (url, wanted) => {
    expect(route(url)).toBe(wanted);
  });

  test("/v1/goals/detail/ is no resource", () => {
    expect(route("/v1/goals/detail/")).toBe("/v1/goals/detail/");
    expect(route("/goals/detail/?limit=2")).toBe("/v1/goals/detail/?limit=2");
    expect(route("/v1/goals/detail")).toBe("/v1/goals/detail");
  });

  test.each([
    ["/v1/goals/100%", "/v1/goals/100%25"],
    ["/v1/goals/%ff", "/v1/goals/%25ff"],
    ["/v1/goals/%zz%20", "/v1/goals/%25zz%2520"],
  ])("what is no encoding stands for itself: %s", (url, wanted) => {
    expect(route(url)).toBe(wanted);
  });
});
