import { describe, expect, test } from "vitest";
import { canonicalTarget } from "./path.ts";

describe("rest-api 1.1 paths", () => {
  test.each([
    ["/", "/"],
    ["", "/"],
    ["//", "/"],
    ["/?x=1", "/?x=1"],
    ["/v1", "/v1"],
    ["/v1/", "/v1"],
    ["/v1/goals", "/v1/goals"],
  ])("plain: %s is %s", (target, wanted) => {
    expect(canonicalTarget(target)).toBe(wanted);
  });

  test.each([
    ["/goals", "/v1/goals"],
    ["/goals/dummy", "/v1/goals/dummy"],
    ["/v2/goals", "/v1/v2/goals"],
    ["/audits/?limit=2", "/v1/audits?limit=2"],
    ["/v10/goals", "/v1/v10/goals"],
  ])("a first segment that is not v1 gets v1 in front: %s is %s", (target, wanted) => {
    expect(canonicalTarget(target)).toBe(wanted);
  });

  test.each([
    ["/v1/goals/", "/v1/goals"],
    ["/v1/goals/?limit=2", "/v1/goals?limit=2"],
    ["/v1/goals/dummy/", "/v1/goals/dummy"],
    ["/v1/audits/?limit=1&sort_key=id", "/v1/audits?limit=1&sort_key=id"],
  ])("one trailing slash is ignored: %s is %s", (target, wanted) => {
    expect(canonicalTarget(target)).toBe(wanted);
  });

  test("/v1/goals/detail/ keeps its slash and so is no resource", () => {
    expect(canonicalTarget("/v1/goals/detail/")).toBe("/v1/goals/detail/");
    expect(canonicalTarget("/goals/detail/?limit=2")).toBe("/v1/goals/detail/?limit=2");
    expect(canonicalTarget("/v1/goals/detail")).toBe("/v1/goals/detail");
  });

  test.each([
    ["//v1/goals", "/v1/goals"],
    ["/v1//goals", "/v1/goals"],
    ["v1//audits/detail", "/v1/audits/detail"],
    ["/v1//action_plans/4b2a", "/v1/action_plans/4b2a"],
    ["/v1//goals/dummy", "/v1/goals/dummy"],
  ])("repeated slashes collapse: %s is %s", (target, wanted) => {
    expect(canonicalTarget(target)).toBe(wanted);
  });

  test("the query is left alone, slashes and all", () => {
    expect(canonicalTarget("/v1/goals?marker=a//b/")).toBe("/v1/goals?marker=a//b/");
  });

  test("an absolute target is taken by its path", () => {
    expect(canonicalTarget("http://host:9322//v1/goals/?limit=1")).toBe("/v1/goals?limit=1");
    expect(canonicalTarget("http://host:9322")).toBe("/");
  });
});
