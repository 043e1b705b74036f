import { VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { type AuditDraft, checkAuditDraft, createAuditRequest, hasTimes } from "./audit-rules.ts";

const UUID = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(VigilError);
    expect((thrown as VigilError).kind).toBe("invalid-input");
    return (thrown as VigilError).message;
  }
  throw new Error("accepted");
}

describe("rest-api 6.3 validation of a new audit", () => {
  const rows: [string, AuditDraft, string][] = [
    [
      "no row holds U+0000",
      { auditType: "EVENT", goal: "g", name: "a\0b" },
      "Invalid input for field/attribute name. Value: 'a\0b'. It holds U+0000 or half of a surrogate pair, which can't be stored; leave that out.",
    ],
    [
      "nor half of a surrogate pair",
      { auditType: "EVENT", goal: "g", parameters: { para2: "\udfff" } },
      `Invalid input for field/attribute parameters. Value: '{"para2":"\\udfff"}'. It holds U+0000 or half of a surrogate pair, which can't be stored; leave that out.`,
    ],
    ["row 1: unknown type", { auditType: "OFTEN", goal: "g" }, "Audit type OFTEN could not be found"],
    ["row 1: lower case", { auditType: "event", goal: "g" }, "Audit type event could not be found"],
    [
      "row 2: no interval",
      { auditType: "CONTINUOUS", goal: "g", interval: "often" },
      "Expected an interval or cron syntax but received often",
    ],
    [
      "row 2: zero",
      { auditType: "CONTINUOUS", goal: "g", interval: "0" },
      "Expected an interval or cron syntax but received 0",
    ],
    [
      "row 3: neither goal nor template",
      { auditType: "EVENT" },
      "A valid goal or audit_template_id must be provided",
    ],
    [
      "row 4: both",
      { auditType: "EVENT", goal: "g", auditTemplateUuid: UUID },
      "Either audit_template_uuid or goal should be provided.",
    ],
    [
      "row 5: ONESHOT with interval",
      { auditType: "ONESHOT", goal: "g", interval: "10" },
      "Interval of audit must not be set for ONESHOT.",
    ],
    [
      "row 6: CONTINUOUS without interval",
      { auditType: "CONTINUOUS", goal: "g" },
      "Interval of audit must be specified for CONTINUOUS.",
    ],
    [
      "row 7: ONESHOT with start_time",
      { auditType: "ONESHOT", goal: "g", startTime: "2027-01-01" },
      "Start or End time of audit must not be set for ONESHOT.",
    ],
    [
      "row 7: ONESHOT with end_time",
      { auditType: "ONESHOT", goal: "g", endTime: "2027-01-01" },
      "Start or End time of audit must not be set for ONESHOT.",
    ],
  ];
  test.each(rows)("%s", (_row, draft, wanted) => {
    expect(refusal(() => checkAuditDraft(draft))).toBe(wanted);
  });

  test("rows are asked in their order", () => {
    const draft = { auditType: "NO", interval: "no" };
    expect(refusal(() => checkAuditDraft(draft))).toContain("Audit type");
    expect(refusal(() => checkAuditDraft({ ...draft, auditType: "ONESHOT" }))).toContain("interval or cron");
  });

  test("row 8: an unreadable time", () => {
    const draft = { auditType: "EVENT", goal: "g", startTime: "soon" };
    expect(refusal(() => createAuditRequest(draft, UUID))).toContain(
      "Invalid input for field/attribute start_time. Value: 'soon'.",
    );
  });

  test("row 9: EVENT takes interval and times", () => {
    const draft = { auditType: "EVENT", goal: "g", interval: "10", startTime: "2027-01-01T00:00:00Z" };
    expect(() => checkAuditDraft(draft)).not.toThrow();
    expect(hasTimes(draft)).toBe(true);
    expect(createAuditRequest(draft, UUID)).toMatchObject({
      interval: "10",
      startTime: "2027-01-01T00:00:00.000000+00:00",
      endTime: undefined,
    });
  });

  test("row 10: a template is looked up by the state service, which takes the goal from it", () => {
    const draft = { auditType: "EVENT", auditTemplateUuid: UUID };
    expect(createAuditRequest(draft, UUID)).toMatchObject({ auditTemplateUuid: UUID, goal: "" });
    expect(createAuditRequest({ auditType: "EVENT", goal: "g" }, UUID)).toMatchObject({
      auditTemplateUuid: "",
      goal: "g",
    });
  });

  test("row 11: a long name is cut to 63 characters, not to 63 halves of them", () => {
    const request = createAuditRequest({ auditType: "EVENT", goal: "g", name: "ü😀".repeat(40) }, UUID);
    expect(Array.from(request.name ?? "")).toHaveLength(63);
    expect(request.name?.isWellFormed()).toBe(true);
  });

  test("rest-api 6.4: parameters absent, null and given reach the state service apart", () => {
    const draft = { auditType: "EVENT", goal: "g" };
    expect(createAuditRequest(draft, UUID).parametersJson).toBe("");
    expect(createAuditRequest({ ...draft, parameters: null }, UUID).parametersJson).toBe("null");
    expect(createAuditRequest({ ...draft, parameters: { a: 1 } }, UUID).parametersJson).toBe('{"a":1}');
  });
});
