import { describe, expect, it } from "vitest";
import { readCaseFile } from "./case-file.ts";
import { type CaseOutcome, firstDifference } from "./difference.ts";
import { runCase } from "./run-case.ts";

const MOVE = {
  actionType: "migrate",
  inputParameters: { migration_type: "live", resource_id: "i1", nested: { list: [1, 2] } },
};
const EXPECTED = {
  actions: [MOVE, { actionType: "nop", inputParameters: {} }],
  indicators: new Map([["instance_migrations_count", 1]]),
  globalEfficacy: new Map([["released_nodes_ratio", 37.5]]),
};
const SAME: CaseOutcome = {
  actions: EXPECTED.actions,
  efficacyIndicators: [{ name: "instance_migrations_count", value: 1 }],
  globalEfficacy: [{ name: "released_nodes_ratio", value: 37.5 }],
};

function difference(members: Partial<CaseOutcome>): string | null {
  return firstDifference({ ...SAME, ...members }, EXPECTED);
}

describe("the first difference", () => {
  it("is none, whatever the order of members and the last digits of numbers", () => {
    const inputParameters = {
      nested: { list: [1, 2.0000000001] },
      resource_id: "i1",
      migration_type: "live",
    };
    const actions = [{ ...MOVE, inputParameters }, EXPECTED.actions[1] as typeof MOVE];
    expect(difference({ actions })).toBeNull();
    expect(
      difference({ globalEfficacy: [{ name: "released_nodes_ratio", value: 37.5000000001 }] }),
    ).toBeNull();
  });

  it.each<[string, Partial<CaseOutcome>]>([
    ["action 2: none, nop {} is expected", { actions: [MOVE] }],
    [
      "action 3: nop {}, no further one is expected",
      { actions: [...EXPECTED.actions, { actionType: "nop", inputParameters: {} }] },
    ],
    [
      'action 1: nop {}, migrate {"migration_type":"live","resource_id":"i1","nested":{"list":[1,2]}} is expected',
      { actions: [...EXPECTED.actions].reverse() },
    ],
    [
      'action 1, resource_id: "i2", "i1" is expected',
      { actions: [{ ...MOVE, inputParameters: { ...MOVE.inputParameters, resource_id: "i2" } }] },
    ],
    [
      'action 1, source_node: "a", none is expected',
      { actions: [{ ...MOVE, inputParameters: { ...MOVE.inputParameters, source_node: "a" } }] },
    ],
    [
      "action 1, nested, list[1]: 3, 2 is expected",
      { actions: [{ ...MOVE, inputParameters: { ...MOVE.inputParameters, nested: { list: [1, 3] } } }] },
    ],
    ["indicator instance_migrations_count: none, 1 is expected", { efficacyIndicators: [] }],
    [
      "indicator instances_count: 2, none is expected",
      { efficacyIndicators: [...SAME.efficacyIndicators, { name: "instances_count", value: 2 }] },
    ],
    [
      "global efficacy released_nodes_ratio: 37.4, 37.5 is expected",
      { globalEfficacy: [{ name: "released_nodes_ratio", value: 37.4 }] },
    ],
  ])("reads %s", (line, members) => {
    expect(difference(members)).toBe(line);
  });
});

const CASE = {
  id: "dummy-01",
  strategy: "dummy",
  scenario: "empty",
  metrics: null,
  parameters: {},
  expected: { actions: [], indicators: {}, global_efficacy: {} },
};

describe("a file of cases", () => {
  it.each([
    ["{", /^The file of cases is not JSON/],
    ["{}", /^the file of cases is \{\}, an array is wanted/],
    [JSON.stringify([{ ...CASE, id: 1 }]), /^cases\[0\]\.id is 1, a text is wanted/],
    [JSON.stringify([{ ...CASE, expected: {} }]), /^cases\[0\]\.expected\.actions is missing/],
    [JSON.stringify([CASE, CASE]), /^Two cases have the id "dummy-01"/],
  ])("refuses %s", (text, message) => {
    expect(() => readCaseFile(text)).toThrow(message);
  });

  it("runs, and says what differs or went wrong", () => {
    const [golden] = readCaseFile(JSON.stringify([CASE]));
    if (golden === undefined) throw new Error("one case was written");
    const node =
      'status="enabled" state="up" vcpus="1" vcpu_ratio="1" memory="1" memory_ratio="1" disk="1" disk_ratio="1"';
    const xml = `<ModelRoot><ComputeNode uuid="n" hostname="h" ${node}/></ModelRoot>`;
    expect(runCase(golden, () => xml)).toBe(
      'action 1: nop {"message":"hello World"}, no further one is expected',
    );
    expect(runCase({ ...golden, strategy: "nope" }, () => xml)).toBe(
      "no plan: Strategy nope could not be found",
    );
    expect(runCase(golden, () => "")).toMatch(
      /^no plan: empty\.xml is neither cluster JSON nor scenario XML/,
    );
  });
});
