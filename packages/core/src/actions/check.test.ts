import { describe, expect, it } from "vitest";
import type { VigilError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { checkActionInput } from "./check.ts";
import { ACTION_TYPES } from "./registry.ts";

const ID = "3F0c8a52-6d1e-4b57-9A4c-0b2f7f6a9d11";

/** The least and the most that each type takes. */
const FITTING: Record<string, JsonObject[]> = {
  nop: [
    { message: null },
    { message: "" },
    {
      message: "x",
      skip_pre_condition: true,
      fail_pre_condition: false,
      fail_execute: true,
      fail_post_condition: true,
    },
  ],
  sleep: [{ duration: 0 }, { duration: 3.2 }],
  migrate: [
    { resource_id: ID, migration_type: "live", source_node: "a" },
    {
      resource_id: ID,
      migration_type: "cold",
      source_node: "a",
      destination_node: null,
      resource_name: "vm",
    },
  ],
  resize: [{ resource_id: ID, flavor: "m1.tiny" }],
  change_nova_service_state: [
    { resource_id: "n", state: "enabled" },
    { resource_id: ID, state: "disabled", disabled_reason: "watcher_disabled", resource_name: "a" },
  ],
  change_node_power_state: [
    { resource_id: "m", state: "on" },
    { resource_id: "m", state: "off", resource_name: "a" },
  ],
  volume_migrate: [
    { resource_id: ID, migration_type: "retype", destination_type: "fast" },
    {
      resource_id: ID,
      migration_type: "swap",
      destination_node: "h@b#p",
      destination_type: null,
      resource_name: "v",
    },
  ],
  stop: [{ resource_id: ID }],
};

function refusal(type: string, input: JsonValue): VigilError {
  try {
    checkActionInput(type, input);
  } catch (thrown) {
    return thrown as VigilError;
  }
  throw new Error(`${type} took ${JSON.stringify(input)}`);
}

describe.each(ACTION_TYPES)("$name", ({ name, inputSchema }) => {
  const fitting = FITTING[name] ?? [];

  it("takes what it is made for", () => {
    expect(fitting.length).toBeGreaterThan(0);
    for (const input of fitting) expect(checkActionInput(name, input).name).toBe(name);
  });

  it("refuses what lacks a required member, has an unknown one, or one of another kind", () => {
    const [full] = fitting.slice(-1);
    for (const member of inputSchema.required as string[]) {
      const { [member]: _, ...rest } = full ?? {};
      expect(refusal(name, rest).message).toContain(`must have required property '${member}'`);
    }
    const unknown = refusal(name, { ...full, extra: 1 });
    expect(unknown).toMatchObject({ kind: "invalid-input" });
    expect(unknown.message).toBe(
      `Input parameters of ${name} do not fit: input parameters: ${JSON.stringify({ ...full, extra: 1 }).slice(0, 80)} must not have the member extra`,
    );
    for (const member of Object.keys(full ?? {})) refusal(name, { ...full, [member]: { odd: [] } });
    for (const odd of [null, [], "x", 1]) refusal(name, odd);
  });
});

describe("checkActionInput", () => {
  it("refuses empty names, ids that are no UUID, and service states that Nova can't be told", () => {
    const migrate = { resource_id: ID, migration_type: "live", source_node: "a" };
    const cases: [string, JsonObject, string][] = [
      ["migrate", { ...migrate, source_node: "" }, 'source_node: ""'],
      ["migrate", { ...migrate, destination_node: "" }, 'destination_node: ""'],
      ["migrate", { ...migrate, resource_id: "vm-1" }, 'resource_id: "vm-1"'],
      ["migrate", { ...migrate, resource_id: `${ID}\n` }, "resource_id: "],
      ["migrate", { ...migrate, migration_type: "warm" }, 'migration_type: "warm"'],
      ["change_nova_service_state", { resource_id: "n", state: "up" }, 'state: "up"'],
      ["change_nova_service_state", { resource_id: "n", state: "down" }, 'state: "down"'],
      [
        "change_nova_service_state",
        { resource_id: "n", state: "disabled", disabled_reason: "" },
        "disabled_reason",
      ],
      ["sleep", { duration: -1 }, "duration: -1"],
      ["sleep", { duration: "1" }, 'duration: "1"'],
      ["resize", { resource_id: ID, flavor: "" }, 'flavor: ""'],
    ];
    for (const [type, input, text] of cases) expect(refusal(type, input).message).toContain(text);
  });

  it("names an unknown type, and what there is", () => {
    expect(refusal("explode", {}).message).toMatch(
      /^No action type explode; there are nop, sleep, migrate, /,
    );
  });

  it("refuses what is nested without end, and says little about what is long", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    expect(refusal("nop", { message: deep }).message).toContain("nested deeper than");
    expect(refusal("nop", { ["x".repeat(100_000)]: 1 }).message.length).toBeLessThan(600);
    expect(refusal("nop", { __proto__: null, message: { a: 1 } }).kind).toBe("invalid-input");
  });
});
