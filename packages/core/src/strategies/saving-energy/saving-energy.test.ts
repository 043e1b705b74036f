import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { anyCluster, cluster, instance, node } from "../../testing/clusters.ts";
import { planOf, type Request } from "../../testing/plans.ts";
import { baremetalNode } from "../../testing/storage.ts";

function plan(source: ClusterModelSource, request: Request = {}): ComputedPlan {
  return planOf(source, { goalName: "saving_energy", ...request });
}

function switches(source: ClusterModelSource, request: Request = {}): string[] {
  return plan(source, request).actions.map(
    ({ inputParameters: given }) => `${given.state} ${given.resource_id} ${given.resource_name}`,
  );
}

type Machines = NonNullable<ClusterModelSource["baremetal"]>["nodes"];

/** As many nodes; the first two hold a server each. */
function base(machines: Machines, nodes = 6): ClusterModelSource {
  return cluster({
    nodes: Array.from({ length: nodes }, (_, at) => node(`n${at}`)),
    instances: [instance("i0", 0), instance("i1", 1, { state: "stopped", locked: true })],
    baremetal: { nodes: machines },
  });
}

/** Machines m0, m1, ... of nodes n0, n1, ... in these power states. */
function powered(...states: string[]): Machines {
  return states.map((powerState, at) => baremetalNode(`m${at}`, `host-n${at}`, { powerState }));
}

describe("saving_energy", () => {
  it("keeps one free host on and powers off the others", () => {
    const source = base(powered("on", "on", "on", "on", "on"));
    expect(plan(source).explanation).toMatchObject({
      summary: "Free hosts that are not wanted are powered off.",
      nodes: { withServers: 2, freeOn: 3, freeOff: 0 },
      freeWanted: 1,
      poweredOff: { count: 2 },
      passedOver: { count: 0 },
    });
    expect(plan(source).actions[0]).toMatchObject({
      actionType: "change_node_power_state",
      inputParameters: { state: "off", resource_name: "host-n2", resource_id: "m2" },
    });
  });

  it("draws hosts by the seed and lists them by id", () => {
    const source = base(powered("on", "on", "on", "on", "on"));
    const drawn = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const chosen = switches(source, { seed });
      expect(chosen).toHaveLength(2);
      expect([...chosen].sort()).toEqual(chosen);
      expect(switches(source, { seed })).toEqual(chosen);
      drawn.add(chosen.join());
    }
    expect(drawn.size).toBe(3);
  });

  it("powers hosts on when too few are free, as many as there are", () => {
    const source = base(powered("on", "on", "off", "power off", "soft power off"));
    expect(switches(source)).toHaveLength(1);
    const five = { parameters: { min_free_hosts_num: 5 } };
    expect(switches(source, five)).toEqual(["on m2 host-n2", "on m3 host-n3", "on m4 host-n4"]);
    expect(plan(source, five).explanation.summary).toBe("All free hosts are powered on; more are wanted.");
    const none = base(powered("on", "on"));
    expect(plan(none).explanation.summary).toMatch(/none could be powered on/);
    // Restarting is on.
    expect(switches(base(powered("on", "on", "rebooting", "off")))).toEqual([]);
  });

  it("wants a share of the hosts with servers, rounded down", () => {
    const busy = (count: number): ClusterModelSource => ({
      ...base(powered(...Array.from({ length: count + 4 }, () => "on")), count + 4),
      instances: Array.from({ length: count }, (_, at) => instance(`i${at}`, at)),
    });
    const wanted = (count: number, percent: number, least: number): unknown =>
      plan(busy(count), { parameters: { free_used_percent: percent, min_free_hosts_num: least } }).explanation
        .freeWanted;
    expect(wanted(19, 10, 1)).toBe(1);
    expect(wanted(20, 10, 1)).toBe(2);
    expect(wanted(20, 10, 2.9)).toBe(2);
    expect(wanted(20, 0, 0)).toBe(0);
    // Beyond all numbers there is no JSON.
    expect(wanted(200, 1e308, 0)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("finds compute nodes by uuid and hostname and passes over what takes no part", () => {
    const machines = [
      baremetalNode("by-uuid", "n2"),
      baremetalNode("by-host", "host-n3"),
      baremetalNode("spare", null),
      baremetalNode("gone", "host-n9"),
      baremetalNode("odd", "n4", { powerState: "error" }),
      baremetalNode("fan", "n5", { maintenance: true }),
    ];
    const { explanation, actions } = plan(base(machines));
    expect(actions).toHaveLength(1);
    expect(explanation.nodes).toEqual({ withServers: 0, freeOn: 2, freeOff: 0 });
    expect(explanation.passedOver).toMatchObject({
      byReason: {
        "carries no compute node": 1,
        "not in the compute model": 1,
        "power state neither on nor off": 1,
        "in maintenance": 1,
      },
    });
    const parity = plan(base(machines), { options: { strategy_parity: true } });
    expect(parity.explanation.nodes).toMatchObject({ freeOn: 3 });
  });

  it("passes over a broken hypervisor, where powered off ones stay up", () => {
    const down = (upWhenPoweredOff: boolean): ClusterModelSource => ({
      ...base([baremetalNode("m2", "n2", { powerState: "off", upWhenPoweredOff })]),
      nodes: [node("n0"), node("n1"), node("n2", { state: "down" })],
    });
    expect(switches(down(true))).toEqual([]);
    expect(switches(down(false))).toEqual(["on m2 host-n2"]);
  });

  it("counts servers by the bare metal service, by the compute model where that tells none", () => {
    const told = powered("on", "on").map((machine) => ({ ...machine, runningVms: 0 }));
    expect(plan(base(told)).explanation.nodes).toMatchObject({ withServers: 0, freeOn: 2 });
    expect(switches(base(told))).toHaveLength(1);
    expect(plan(base(powered("on", "on"))).explanation.nodes).toMatchObject({ withServers: 2, freeOn: 0 });
  });

  it("keeps to the scope of both models", () => {
    const source = base(powered("on", "on", "on", "on"));
    const machines = [{ baremetal: [{ exclude: [{ ironic_nodes: [{ uuid: "m3" }] }] }] }];
    expect(plan(source, { scope: machines }).explanation.nodes).toMatchObject({ freeOn: 1 });
    const hosts = [{ compute: [{ exclude: [{ compute_nodes: [{ name: "host-n2" }] }] }] }];
    expect(plan(source, { scope: hosts }).explanation.nodes).toMatchObject({ freeOn: 1 });
  });

  it("fails without a bare metal model", () => {
    expect(() => plan({ ...base([]), baremetal: null })).toThrow(/^not-found: ClusterStateNotDefined/);
    expect(plan(base([])).actions).toEqual([]);
  });
});

describe("saving_energy on any cluster", () => {
  const machine = fc.record({
    powerState: fc.constantFrom("on", "power on", "off", "power off", "error", "rebooting"),
    maintenance: fc.constantFrom(false, false, false, true),
    runningVms: fc.constantFrom(null, null, 0, 2),
    upWhenPoweredOff: fc.boolean(),
  });
  const parameters = fc.record({
    free_used_percent: fc.integer({ min: -50, max: 200 }),
    min_free_hosts_num: fc.integer({ min: -1, max: 4 }),
  });

  it("switches no host with servers and nothing twice, and has nothing to do on the result", () => {
    fc.assert(
      fc.property(
        anyCluster,
        fc.array(machine, { minLength: 6, maxLength: 6 }),
        parameters,
        fc.nat(),
        (compute, members, given, seed) => {
          const nodes = compute.nodes.map((_, at) => baremetalNode(`m${at}`, `n${at}`, members[at]));
          const source = { ...compute, baremetal: { nodes } };
          const states = new Map<unknown, unknown>();
          for (const { inputParameters: done } of plan(source, { parameters: given, seed }).actions) {
            const at = nodes.findIndex(({ uuid }) => uuid === done.resource_id);
            const held = source.instances.filter(({ nodeIndex }) => nodeIndex === at).length;
            expect(done.state === "off" && (nodes[at]?.runningVms ?? held) > 0).toBe(false);
            expect(states.has(done.resource_id)).toBe(false);
            states.set(done.resource_id, done.state);
          }
          const switched = nodes.map((one) => ({
            ...one,
            powerState: (states.get(one.uuid) as string | undefined) ?? one.powerState,
          }));
          expect(
            switches({ ...source, baremetal: { nodes: switched } }, { parameters: given, seed }),
          ).toEqual([]);
        },
      ),
    );
  });
});
