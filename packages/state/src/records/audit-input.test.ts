import type { CreateAuditRequest__Output } from "@vigil/proto";
import { describe, expect, test } from "vitest";
import { checkAuditInput } from "./audit-input.ts";

const REQUEST: CreateAuditRequest__Output = {
  uuid: "8d9f6c26-5d4f-4f0e-9a6f-1f2f3a4b5c6d",
  name: "",
  auditType: "EVENT",
  goal: "dummy",
  strategy: "",
  parametersJson: "",
  scopeJson: "",
  autoTrigger: false,
  force: false,
  triggerStates: [],
  auditTemplateUuid: "",
};

const check = (over: Partial<CreateAuditRequest__Output>) => checkAuditInput({ ...REQUEST, ...over });

describe("checkAuditInput", () => {
  test("what is left out gets its default; parameters tell absent from null", () => {
    expect(check({})).toMatchObject({ scope: undefined, triggerStates: ["*"], parameters: undefined });
    expect(check({ parametersJson: "null" }).parameters).toBeNull();
    expect(check({ parametersJson: '{"a": [1]}', scopeJson: '[{"compute": []}]' })).toMatchObject({
      parameters: { a: [1] },
      scope: [{ compute: [] }],
    });
  });

  test.each([
    [{ auditType: "event" }, "Audit type event could not be found"],
    [{ auditType: "" }, "Audit type  could not be found"],
    [{ uuid: "x" }, "member uuid"],
    [{ uuid: REQUEST.uuid.toUpperCase() }, "member uuid"],
    [{ goal: "" }, "A valid goal or audit_template_id must be provided"],
    [{ auditTemplateUuid: "x" }, "Either audit_template_uuid or goal should be provided."],
    [{ goal: "x".repeat(256) }, "member goal"],
    [{ name: "a\0" }, "U+0000"],
    [{ parametersJson: '{"a": "\\u0000"}' }, "U+0000"],
    [{ parametersJson: "{" }, "member parametersJson can't be taken: not JSON"],
    [{ parametersJson: `"${"x".repeat(262_144)}"` }, "member parametersJson"],
    [{ scopeJson: "{" }, "member scopeJson can't be taken: not JSON"],
    [{ interval: "1".repeat(37) }, "member interval"],
    [{ startTime: "2027-01-01T08:00:00" }, "member startTime"],
    [{ endTime: "tomorrow" }, "member endTime"],
    [{ triggerStates: [""] }, "member triggerStates.0"],
  ])("refuses %j", (over, text) => {
    expect(() => check(over)).toThrow(text);
  });

  test("times keep their microseconds", () => {
    const startTime = "2027-01-01T08:00:00.123456+00:00";
    expect(check({ startTime }).startTime).toBe(startTime);
  });
});
