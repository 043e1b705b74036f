import { VigilError } from "@vigil/core";
import { describe, expect, test } from "vitest";
import { AUDIT_ARGUMENT, auditPostSchema } from "./audit-post.ts";
import { bindBody } from "./bind.ts";

const MINIMAL = { audit_type: "EVENT", goal: "dummy" };

function read(body: unknown) {
  return bindBody(auditPostSchema, body, AUDIT_ARGUMENT);
}

function refusal(body: unknown): string {
  try {
    read(body);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(VigilError);
    expect((thrown as VigilError).kind).toBe("invalid-input");
    return (thrown as VigilError).message;
  }
  throw new Error("accepted");
}

describe("rest-api 6.2 members of an audit POST", () => {
  test("all of them", () => {
    const body = {
      audit_type: "CONTINUOUS",
      name: "nightly",
      goal: "dummy",
      strategy: "dummy",
      interval: "3600",
      parameters: { para1: 3, para2: "x" },
      auto_trigger: true,
      start_time: "2027-01-01 10:00:00",
      end_time: "2027-02-01 10:00:00",
      force: false,
    };
    expect(read(body)).toEqual(body);
  });

  test("rest-api 1.3: null for an optional member equals leaving it out", () => {
    const body = {
      ...MINIMAL,
      name: null,
      strategy: null,
      audit_template_uuid: null,
      interval: null,
      auto_trigger: null,
      start_time: null,
      end_time: null,
      force: null,
    };
    expect(read(body)).toEqual(MINIMAL);
  });

  test("rest-api 6.4: null parameters are kept apart from absent ones", () => {
    expect(read({ ...MINIMAL, parameters: null }).parameters).toBeNull();
    expect(read(MINIMAL).parameters).toBeUndefined();
  });

  test.each([
    ["true", true],
    ["YES", true],
    ["on", true],
    [1, true],
    ["false", false],
    ["No", false],
    ["0", false],
    [0, false],
  ])("auto_trigger takes the usual texts: %j is %s", (sent, wanted) => {
    expect(read({ ...MINIMAL, auto_trigger: sent }).auto_trigger).toBe(wanted);
  });

  test.each(["maybe", 2, [], {}])("auto_trigger refuses %j", (sent) => {
    expect(refusal({ ...MINIMAL, auto_trigger: sent })).toContain(
      "Invalid input for field/attribute auto_trigger.",
    );
  });

  test.each(["INVALID", "1234", "4b2a5e6c-0000-4000-8000-00000000000g"])(
    "audit_template_uuid is a UUID only: %j is refused",
    (sent) => {
      expect(refusal({ audit_type: "EVENT", audit_template_uuid: sent })).toBe(
        `Invalid input for field/attribute audit_template_uuid. Value: '${sent}'. ` +
          `unable to convert to uuid. Error: Expected a uuid but received ${sent}`,
      );
    },
  );

  test.each([
    "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21",
    "4B2A5E6C-0D3F-4C11-9C55-3F0D5B7A9E21",
    "4b2a5e6c0d3f4c119c553f0d5b7a9e21",
    "{4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21}",
    "urn:uuid:4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21",
  ])("rest-api 1.10: %s is recognised as a UUID and kept as sent", (uuid) => {
    expect(read({ audit_type: "EVENT", audit_template_uuid: uuid }).audit_template_uuid).toBe(uuid);
  });

  test.each([
    ["state", "PENDING"],
    ["state", null],
    ["state", "INVALID"],
    ["scope", []],
    ["scope", null],
    ["hostname", ""],
  ])("read-only %s is refused even as %j", (member, sent) => {
    expect(refusal({ ...MINIMAL, [member]: sent })).toBe(
      `Invalid input for field/attribute ${member}. Value: '${sent === "" ? "" : typeof sent === "string" ? sent : JSON.stringify(sent)}'. Cannot set read only field.`,
    );
  });

  test("rest-api 1.3: an unknown member is named", () => {
    expect(refusal({ ...MINIMAL, colour: "red" })).toBe("Unknown attribute for argument audit_p: colour");
    expect(refusal({ ...MINIMAL, uuid: "x" })).toBe("Unknown attribute for argument audit_p: uuid");
  });

  test("rest-api 6.3 row 1: audit_type is mandatory", () => {
    expect(refusal({ goal: "dummy" })).toContain("Mandatory field missing.");
    expect(refusal({ goal: "dummy", audit_type: null })).toContain("Mandatory field missing.");
  });

  test.each([
    ["goal", 5],
    ["name", {}],
    ["interval", 60],
    ["strategy", ["dummy"]],
    ["start_time", 1798761600],
    ["parameters", "para1=3"],
    ["parameters", [1]],
  ])("%s of another type is refused: %j", (member, sent) => {
    expect(refusal({ ...MINIMAL, [member]: sent })).toMatch(
      new RegExp(`^Invalid input for field/attribute ${member}\\. .*Wrong type\\.`),
    );
  });

  test.each([[[]], [null], ["text"], [5], [true]])(
    "rest-api 1.3: %j as the whole body is refused",
    (body) => {
      expect(refusal(body)).toContain("Invalid input for field/attribute audit_p.");
    },
  );

  test("a long value is not repeated whole", () => {
    expect(refusal({ ...MINIMAL, auto_trigger: "x".repeat(10_000) }).length).toBeLessThan(400);
  });
});
