/** What planner `workload_stabilization` has stored so far, found by resource and by host. */
import type { JsonObject } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";

interface Host {
  hostname: unknown;
  /** Index in the model, -1 for a host that it does not hold. */
  node: number;
}

export class EarlierActions {
  readonly #model: ClusterModel;
  readonly #actions: readonly SolutionAction[];
  /** By resource id; migrations also by the host that they leave. */
  readonly #byResource = new Map<unknown, number[]>();
  readonly #migrationsFrom = new Map<unknown, number[]>();
  /** How many of the actions are in these maps: most plans ask for none. */
  #known = 0;

  /** @param actions in stored order */
  constructor(actions: readonly SolutionAction[], model: ClusterModel) {
    this.#actions = actions;
    this.#model = model;
  }

  /** Indices of those that the action at an index waits for, ascending. Ask in stored order, and not for migrations. */
  parentsOf(index: number): number[] {
    const { actionType, inputParameters: parameters } = this.#actions[index] as SolutionAction;
    switch (actionType) {
      case "resize":
        this.#readUpTo(index);
        return [...this.#of(parameters.resource_id)];
      case "turn_host_to_acpi_s3_state":
        this.#readUpTo(index);
        return this.#sleepParents(this.#hostOf(parameters));
      case "change_node_power_state":
        // Nothing leaves a host by switching it on.
        if (parameters.state !== "off") return [];
        this.#readUpTo(index);
        return this.#powerOffParents(this.#hostOf(parameters));
      default:
        return [];
    }
  }

  #readUpTo(end: number): void {
    for (; this.#known < end; this.#known++) {
      const { actionType, inputParameters } = this.#actions[this.#known] as SolutionAction;
      const { resource_id: resource, source_node: source } = inputParameters;
      if (resource !== undefined) append(this.#byResource, resource, this.#known);
      if (actionType === "migrate") append(this.#migrationsFrom, source, this.#known);
    }
  }

  #of(resource: unknown): readonly number[] {
    return this.#byResource.get(resource) ?? [];
  }

  #powerOffParents(host: Host): number[] {
    return ascending([
      ...this.#onInstancesOf(host, "stop"),
      ...(this.#migrationsFrom.get(host.hostname) ?? []),
    ]);
  }

  /** All resizes on the host, and the migrations from it that those resizes do not wait for already. */
  #sleepParents(host: Host): number[] {
    const resizes = this.#onInstancesOf(host, "resize");
    const waitedFor = new Set<number>();
    for (const resize of resizes) {
      for (const one of this.#of(this.#actions[resize]?.inputParameters.resource_id)) {
        if (one < resize) waitedFor.add(one);
      }
    }
    const migrations = this.#migrationsFrom.get(host.hostname) ?? [];
    return ascending([...resizes, ...migrations.filter((one) => !waitedFor.has(one))]);
  }

  /** Actions of one type on instances that are on the host in the model, that is, before the plan. */
  #onInstancesOf({ node }: Host, actionType: string): number[] {
    if (node < 0) return [];
    const { instances, instanceStart } = this.#model.nodes;
    const found: number[] = [];
    for (const instance of instances.subarray(instanceStart[node], instanceStart[node + 1])) {
      const uuid = this.#model.text(this.#model.instances.uuid[instance] as number);
      found.push(...this.#of(uuid).filter((one) => this.#actions[one]?.actionType === actionType));
    }
    return found;
  }

  /** Actions name hosts by uuid (resource_id), hostname (resource_name), or a bare metal id beside it. */
  #hostOf({ resource_id: uuid, resource_name: name }: JsonObject): Host {
    const model = this.#model;
    const byUuid = typeof uuid === "string" ? model.nodeByUuid(uuid) : -1;
    if (byUuid >= 0) return { hostname: model.text(model.nodes.hostname[byUuid] as number), node: byUuid };
    const hostname = name ?? uuid;
    return { hostname, node: typeof hostname === "string" ? model.nodeByHostname(hostname) : -1 };
  }
}

function append(lists: Map<unknown, number[]>, key: unknown, index: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [index]);
  else list.push(index);
}

function ascending(indices: number[]): number[] {
  return indices.sort((a, b) => a - b);
}
