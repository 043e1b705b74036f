/** The machines of the bare metal service by what they do for the compute service. */

import { Reasons } from "../../explanation.ts";
import { NO_TEXT } from "../../model/layout.ts";
import type { ClusterModel } from "../../model/model.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { BaremetalView } from "../../model/storage-view.ts";
import { shownText } from "../shown.ts";

/** A machine that carries no servers, and the compute node it is. */
export interface FreeMachine {
  machine: number;
  node: number;
}

export interface Machines {
  /** How many carry servers. */
  withServers: number;
  freeOn: FreeMachine[];
  freeOff: FreeMachine[];
  passedOver: Reasons;
}

type Power = "on" | "off" | "other";

/** Names of power states in Ironic and MAAS. A machine that restarts is on, one that is being shut down is off. */
const POWER_STATES: ReadonlyMap<string, Power> = new Map([
  ["on", "on"],
  ["power on", "on"],
  ["rebooting", "on"],
  ["soft reboot", "on"],
  ["soft rebooting", "on"],
  ["off", "off"],
  ["power off", "off"],
  ["soft power off", "off"],
]);

/** Why a machine is neither counted nor switched; null: it takes part. */
type PassedOver =
  | "carries no compute node"
  | "not in the compute model"
  | "its hypervisor is down"
  | "in maintenance"
  | "power state neither on nor off";

/** Sorts the machines in the audit's scope, in the order of the model. */
export function sortMachines(overlay: Overlay, view: BaremetalView): Machines {
  const { model } = overlay;
  const { columns, takesPart } = view;
  const machines: Machines = { withServers: 0, freeOn: [], freeOff: [], passedOver: new Reasons() };
  const nodeOf = nodesByName(model);
  const powerOf = powerStates(model, columns.powerState);
  for (let machine = 0; machine < columns.count; machine++) {
    if (takesPart[machine] === 0) continue;
    const node = nodeOf.get(columns.computeNode[machine] as number);
    const power = powerOf.get(columns.powerState[machine] as number) as Power;
    const reason =
      absence(overlay, view, machine, node) ?? sort(overlay, view, machine, node as number, power, machines);
    if (reason === null) continue;
    machines.passedOver.add(reason, () => ({
      machine: shownText(model, columns.uuid[machine]),
      powerState: shownText(model, columns.powerState[machine]),
    }));
  }
  return machines;
}

/** Why the machine stands for no compute node of this audit. */
function absence(
  overlay: Overlay,
  { columns }: BaremetalView,
  machine: number,
  node: number | undefined,
): PassedOver | null {
  if (columns.computeNode[machine] === NO_TEXT) return "carries no compute node";
  if (node === undefined || overlay.takesPart[node] === 0) return "not in the compute model";
  // Where a powered off hypervisor stays up, one that is down is broken.
  const broken = columns.upWhenPoweredOff[machine] === 1 && overlay.model.nodes.up[node] === 0;
  return broken ? "its hypervisor is down" : null;
}

function sort(
  overlay: Overlay,
  { columns }: BaremetalView,
  machine: number,
  node: number,
  power: Power,
  machines: Machines,
): PassedOver | null {
  const told = columns.runningVms[machine] as number;
  const servers = told < 0 ? (overlay.instancesOn[node] as number) : told;
  if (servers > 0) {
    machines.withServers += 1;
    return null;
  }
  if (power === "other") return "power state neither on nor off";
  // Someone works on it; what the service says of its power need not be true either.
  if (!overlay.parity && columns.maintenance[machine] === 1) return "in maintenance";
  (power === "on" ? machines.freeOn : machines.freeOff).push({ machine, node });
  return null;
}

/** Compute nodes by the text of their uuid, else of their hostname; the first of equals. */
function nodesByName({ nodes }: ClusterModel): ReadonlyMap<number, number> {
  const byName = new Map<number, number>();
  for (const column of [nodes.uuid, nodes.hostname]) {
    for (let node = 0; node < nodes.count; node++) {
      const name = column[node] as number;
      if (!byName.has(name)) byName.set(name, node);
    }
  }
  return byName;
}

function powerStates(model: ClusterModel, column: Uint32Array): ReadonlyMap<number, Power> {
  const states = new Map<number, Power>();
  for (const text of new Set(column)) {
    states.set(text, POWER_STATES.get(model.text(text).toLowerCase()) ?? "other");
  }
  return states;
}
