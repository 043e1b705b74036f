/**
 * Host Maintenance Strategy: closes a host and empties it, onto a backup node where that has room for
 * everything, else wherever Nova's scheduler finds room. Spec: Watcher's `host_maintenance`.
 *
 * What stays on the host although it is closed is told in the explanation, with the reason.
 */

import { VigilError } from "../../errors.ts";
import { clip, Reasons } from "../../explanation.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { addMigration, addServiceState } from "../actions.ts";
import { shownText } from "../shown.ts";
import { Solution } from "../solution.ts";
import { immovable, targetRefusal } from "../soundness.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { type Handling, handle } from "./handle.ts";
import { HOST_MAINTENANCE_PARAMETERS, type HostMaintenanceParameters } from "./parameters.ts";

const MAINTAINING = "watcher_maintaining";
/** Instances that stay are named, since a person has to deal with each: more than on most hosts. */
const STAYING_ENTRIES_MAX = 100;

export const HOST_MAINTENANCE: Strategy = {
  name: "host_maintenance",
  displayName: "Host Maintenance Strategy",
  goalName: "cluster_maintaining",
  parametersSpec: HOST_MAINTENANCE_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute"],
  execute,
};

function execute({ overlay, parameters }: StrategyInput): Solution {
  const given = parameters as unknown as HostMaintenanceParameters;
  const source = findNode(overlay, given.maintenance_node, "maintenance_node");
  const backup = given.backup_node === undefined ? null : findNode(overlay, given.backup_node, "backup_node");
  const solution = new Solution();
  const { model } = overlay;
  const maintaining = model.textOrNull(model.nodes.disabledReason[source] as number) === MAINTAINING;
  if (overlay.instancesOn[source] === 0 && !maintaining) {
    addServiceState(solution, model, source, { state: "disabled", disabledReason: MAINTAINING });
    solution.explanation.summary = "The host is empty: it is closed.";
    return solution;
  }
  const refusal = backup === null ? null : backupRefusal(overlay, source, backup);
  const destination = refusal === null ? backup : null;
  if (destination !== null && overlay.enabled[destination] === 0) {
    addServiceState(solution, model, destination, { state: "enabled" });
    overlay.enabled[destination] = 1;
  }
  addServiceState(solution, model, source, { state: "disabled", disabledReason: MAINTAINING });
  overlay.enabled[source] = 0;
  solution.explanation.summary = summary(given, destination, refusal);
  emptyHost(overlay, source, destination, given, solution);
  return solution;
}

/** @throws VigilError not-found, also for a node outside the audit's scope */
function findNode(overlay: Overlay, hostname: string, parameter: string): number {
  const node = overlay.nodeByHostname(hostname);
  if (node >= 0) return node;
  throw new VigilError(
    "not-found",
    `ComputeNodeNotFound: no compute node has the hostname ${JSON.stringify(clip(hostname))} (parameter ${parameter}) in this audit's model; use the host of its nova-compute service`,
  );
}

function summary(
  given: HostMaintenanceParameters,
  destination: number | null,
  refusal: string | null,
): string {
  if (destination !== null) return "The backup node takes the instances.";
  if (given.backup_node === undefined) return "Nova's scheduler chooses the destinations.";
  return `The backup node can't take the instances (${refusal}): Nova's scheduler chooses the destinations.`;
}

/** Why the backup can't stand in for the whole host; null: it can. It may be disabled: the plan enables it. */
function backupRefusal(overlay: Overlay, source: number, backup: number): string | null {
  if (backup === source && !overlay.parity) return "it is the host itself";
  // Nothing can leave a dead host: no reason to open the backup for it.
  if (overlay.model.nodes.up[source] === 0 && !overlay.parity) return "the host is down";
  if (overlay.model.nodes.up[backup] === 0 && !overlay.parity) return "it is down";
  const { vcpusUsed, memoryUsedMiB, diskUsedGb } = overlay;
  if ((vcpusUsed[source] as number) > overlay.vcpusFree(backup)) return "no room: vcpus";
  if ((memoryUsedMiB[source] as number) > overlay.memoryFreeMiB(backup)) return "no room: memory";
  if (overlay.parity) return null;
  return (diskUsedGb[source] as number) > overlay.diskFreeGb(backup) ? "no room: disk" : null;
}

function emptyHost(
  overlay: Overlay,
  source: number,
  destination: number | null,
  given: HostMaintenanceParameters,
  solution: Solution,
): void {
  const { model } = overlay;
  const { uuid, name, state } = model.instances;
  const staying = new Reasons(STAYING_ENTRIES_MAX);
  const planned = { live: 0, cold: 0, stop: 0 };
  let next = NO_INSTANCE;
  for (let instance = overlay.firstInstance(source); instance !== NO_INSTANCE; instance = next) {
    next = overlay.nextInstance(instance);
    const stateText = model.text(state[instance] as number);
    const handling = decide(overlay, instance, stateText, source, destination, given);
    if (handling.do === "nothing") {
      staying.add(handling.reason, () => ({
        instance: shownText(model, uuid[instance]),
        name: shownText(model, name[instance]),
        state: clip(stateText),
      }));
      continue;
    }
    planned[handling.do] += 1;
    if (handling.do === "stop") {
      solution.add("stop", {}, model.text(uuid[instance] as number));
      continue;
    }
    addMigration(solution, model, { instance, type: handling.do, source, destination });
    if (destination !== null) overlay.move(instance, source, destination);
  }
  solution.explanation.planned = planned;
  solution.explanation.staying = staying.toJson();
}

function decide(
  overlay: Overlay,
  instance: number,
  state: string,
  source: number,
  destination: number | null,
  given: HostMaintenanceParameters,
): Handling {
  if (overlay.parity) return handle(state, given, true);
  const bound = immovable(overlay, instance);
  if (bound !== null) return { do: "nothing", reason: bound };
  if (overlay.model.nodes.up[source] === 0) return { do: "nothing", reason: "its host is down" };
  const handling = handle(state, given);
  if (handling.do === "nothing" || handling.do === "stop" || destination === null) return handling;
  const refusal = targetRefusal(overlay, instance, destination);
  return refusal === null ? handling : { do: "nothing", reason: `backup node: ${refusal}` };
}
