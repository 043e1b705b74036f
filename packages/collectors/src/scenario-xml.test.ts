import { readdirSync, readFileSync } from "node:fs";
import { encodeSnapshot, openSnapshot, VigilError } from "@vigil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readModelPart } from "./model-file.ts";
import { readScenarioXml } from "./scenario-xml.ts";

const SIZE = 'vcpus="4" memory="8" disk="9"';

function scenario(...elements: string[]): string {
  return `<ModelRoot>${elements.join("")}</ModelRoot>`;
}

function nodeTag(more = ""): string {
  return `<ComputeNode uuid="n" hostname="h" ${SIZE} ${more}/>`;
}

function instanceTag(more = 'watcher_exclude="False"'): string {
  return `<Instance uuid="i" ${SIZE} ${more}/>`;
}

describe("scenario XML", () => {
  it("keeps document order; instances outside a node are unmapped", () => {
    const { nodes, instances } = readScenarioXml(
      scenario(
        '<Instance watcher_exclude="False" uuid="loose" vcpus="1" memory="1" disk="1"/>',
        `<ComputeNode uuid="n1" hostname="h1" ${SIZE}><Instance watcher_exclude="True" uuid="a" ${SIZE}/></ComputeNode>`,
        `<ComputeNode uuid="n2" hostname="h2" ${SIZE}/>`,
        instanceTag(),
      ),
    );
    expect(nodes.map(({ uuid }) => uuid)).toEqual(["n1", "n2"]);
    expect(instances.map(({ uuid, nodeIndex }) => [uuid, nodeIndex])).toEqual([
      ["loose", null],
      ["a", 0],
      ["i", null],
    ]);
    expect(instances.map(({ watcherExclude }) => watcherExclude)).toEqual([false, true, false]);
  });

  it("fills in what older files lack and ignores what it does not know", () => {
    const { nodes } = readScenarioXml(scenario(nodeTag('id="7" human_id="" disk_capacity="250" name="x"')));
    expect(nodes[0]).toMatchObject({
      vcpusReserved: 0,
      vcpuRatio: 1,
      diskRatio: 1,
      status: "enabled",
      state: "up",
    });
  });

  it("reads every member of an instance", () => {
    const { instances } = readScenarioXml(
      scenario(
        instanceTag(
          `watcher_exclude="true" name="a&amp;b" state="stopped" locked="True" host="h" hypervisor_hostname="hh" project_id="p" created="2026-01-01T00:00:00Z" pinned_az="" metadata='{"a": {"b": 1}}'`,
        ),
      ),
    );
    expect(instances[0]).toEqual({
      uuid: "i",
      name: "a&b",
      nodeIndex: null,
      state: "stopped",
      vcpus: 4,
      memoryMiB: 8,
      diskGb: 9,
      metadata: { a: { b: 1 } },
      projectId: "p",
      locked: true,
      host: "h",
      hypervisorHostname: "hh",
      created: "2026-01-01T00:00:00Z",
      watcherExclude: true,
      flavorExtraSpecs: {},
      pinnedAz: null,
    });
  });

  const refused: [string, string, RegExp][] = [
    ["broken XML", "<ModelRoot><ComputeNode</ModelRoot>", /not well-formed/],
    ["an unclosed root", "<ModelRoot>", /not well-formed/],
    [
      "an entity of its own",
      '<!DOCTYPE x [<!ENTITY e "boom">]><ModelRoot>&e;</ModelRoot>',
      /not well-formed/,
    ],
    ["another root", "<Model/>", /The root element is Model, ModelRoot is wanted/],
    ["no exclusion flag", scenario(instanceTag("")), /watcher_exclude of Instance i is missing/],
    ["a fraction", scenario(nodeTag('vcpu_reserved="1.5"')), /vcpu_reserved of ComputeNode n is "1.5"/],
    ["a word for a number", scenario(nodeTag('disk_ratio="much"')), /disk_ratio of ComputeNode n is "much"/],
    ["a strange state", scenario(nodeTag('state="UP"')), /state of ComputeNode n is "UP", up or down/],
    [
      "a missing hostname",
      '<ModelRoot><ComputeNode uuid="n"/></ModelRoot>',
      /hostname of ComputeNode n is missing/,
    ],
    [
      "metadata that is no JSON",
      scenario(instanceTag(`watcher_exclude="True" metadata="x"`)),
      /a JSON object is wanted/,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`is refused with ${what}`, () => expect(() => readScenarioXml(text)).toThrow(message));
  }

  it("is read or refused, whatever is changed in it", () => {
    const folder = new URL("../../../test/data/scenarios/", import.meta.url);
    const text = readFileSync(new URL("scenario_9_with_3_active_plus_1_disabled_nodes.xml", folder), "utf8");
    const edit = fc.tuple(fc.nat(text.length), fc.nat(20), fc.string());
    fc.assert(
      fc.property(edit, ([at, cut, insert]) => {
        try {
          openSnapshot(
            encodeSnapshot(readScenarioXml(text.slice(0, at) + insert + text.slice(at + cut))).buffer,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(VigilError);
          expect((error as VigilError).kind).toBe("invalid-input");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("model files", () => {
  it("are told apart by their content", () => {
    expect(readModelPart("\uFEFF  <ModelRoot/>").nodes).toEqual([]);
    const json = '{"schema":"vigil-bench-cluster","version":1,"nodes":[],"instances":[]}';
    expect(readModelPart(json, "misleading.xml").nodes).toEqual([]);
    expect(() => readModelPart("nodes: []", "cloud.yaml")).toThrow(
      /cloud.yaml is neither .* begins with "nodes: \[\]"/,
    );
  });

  it("of all compute scenarios can be read", () => {
    const folder = new URL("../../../test/data/scenarios/", import.meta.url);
    const names = readdirSync(folder).filter((name) => /^scenario_.*\.xml$/.test(name));
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const model = openSnapshot(
        encodeSnapshot(readModelPart(readFileSync(new URL(name, folder), "utf8"))).buffer,
      );
      expect(model.nodes.count, name).toBeGreaterThan(0);
    }
  });
});
