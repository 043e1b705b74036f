/**
 * Saving Energy Strategy: keeps as many free hosts powered on as new servers may need, powers off the
 * others, and powers on hosts when too few are free. Spec: Watcher's `saving_energy`.
 */
import { VigilError } from "../../errors.ts";
import { clip, Listing } from "../../explanation.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { BaremetalView } from "../../model/storage-view.ts";
import type { Random } from "../../random.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { type FreeMachine, type Machines, sortMachines } from "./machines.ts";
import { SAVING_ENERGY_PARAMETERS, type SavingEnergyParameters } from "./parameters.ts";

export const SAVING_ENERGY: Strategy = {
  name: "saving_energy",
  displayName: "Saving Energy Strategy",
  goalName: "saving_energy",
  parametersSpec: SAVING_ENERGY_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute", "baremetal"],
  execute,
};

function execute({ overlay, baremetal, parameters, random }: StrategyInput): Solution {
  const view = requireBaremetal(baremetal);
  const machines = sortMachines(overlay, view);
  const { withServers, freeOn, freeOff } = machines;
  const need = wantedFree(withServers, parameters as unknown as SavingEnergyParameters);
  const solution = new Solution();
  const { explanation } = solution;
  explanation.summary = "As many free hosts are powered on as are wanted.";
  explanation.nodes = { withServers, freeOn: freeOn.length, freeOff: freeOff.length };
  explanation.freeWanted = need;
  if (freeOn.length > need) powerOff(overlay, view, machines, freeOn.length - need, random, solution);
  else if (freeOn.length < need) powerOn(overlay, view, machines, need - freeOn.length, random, solution);
  explanation.passedOver = machines.passedOver.toJson();
  return solution;
}

/** @throws VigilError not-found (ClusterStateNotDefined) */
function requireBaremetal(view: BaremetalView | null): BaremetalView {
  if (view !== null) return view;
  throw new VigilError(
    "not-found",
    "ClusterStateNotDefined: saving_energy needs the machines of the bare metal service, and this cloud's model has no bare metal part; import one with it",
  );
}

/** Bounded, since a product of parameters may be beyond all numbers, and the explanation is JSON. */
function wantedFree(withServers: number, given: SavingEnergyParameters): number {
  const wanted = Math.max((withServers * given.free_used_percent) / 100, given.min_free_hosts_num);
  return Math.floor(Math.min(wanted, Number.MAX_SAFE_INTEGER));
}

function powerOff(
  overlay: Overlay,
  view: BaremetalView,
  { freeOn }: Machines,
  surplus: number,
  random: Random,
  solution: Solution,
): void {
  const chosen = choose(freeOn, surplus, view, random);
  solution.explanation.summary = "Free hosts that are not wanted are powered off.";
  solution.explanation.poweredOff = addPowerStates(overlay, view, chosen, "off", solution);
}

function powerOn(
  overlay: Overlay,
  view: BaremetalView,
  { freeOff }: Machines,
  lacking: number,
  random: Random,
  solution: Solution,
): void {
  const chosen = choose(freeOff, lacking, view, random);
  solution.explanation.summary = summaryOn(chosen.length, lacking);
  solution.explanation.poweredOn = addPowerStates(overlay, view, chosen, "on", solution);
}

function summaryOn(chosen: number, lacking: number): string {
  if (chosen === 0) return "Fewer free hosts are powered on than are wanted, and none could be powered on.";
  return chosen < lacking
    ? "All free hosts are powered on; more are wanted."
    : "Free hosts are powered on until as many as are wanted are.";
}

/** So many of them at random, or all; in the order of their ids. */
function choose(
  machines: readonly FreeMachine[],
  count: number,
  { columns }: BaremetalView,
  random: Random,
): FreeMachine[] {
  const pool = [...machines];
  const taken = Math.min(count, pool.length);
  for (let at = 0; at < taken; at++) {
    const drawn = at + random.below(pool.length - at);
    const machine = pool[drawn] as FreeMachine;
    pool[drawn] = pool[at] as FreeMachine;
    pool[at] = machine;
  }
  // Texts are sorted in their table: comparing indices compares ids.
  const id = ({ machine }: FreeMachine): number => columns.uuid[machine] as number;
  return pool.slice(0, taken).sort((a, b) => id(a) - id(b));
}

function addPowerStates(
  overlay: Overlay,
  view: BaremetalView,
  chosen: readonly FreeMachine[],
  state: "on" | "off",
  solution: Solution,
) {
  const { model } = overlay;
  const listing = new Listing();
  for (const { machine, node } of chosen) {
    const id = model.text(view.columns.uuid[machine] as number);
    const hostname = model.text(model.nodes.hostname[node] as number);
    solution.add("change_node_power_state", { state, resource_name: hostname }, id);
    listing.add(() => ({ machine: clip(id), node: clip(hostname) }));
  }
  return listing.toJson();
}
