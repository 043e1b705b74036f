import {
  type ActionInputs,
  type ActionTypeName,
  type CloudPart,
  checkActionInput,
  type JsonValue,
  VigilError,
} from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { CloudPorts } from "../ports.ts";
import type { BoundAction } from "./executor.ts";
import { migrate } from "./migrate.ts";
import { nop } from "./nop.ts";
import { changePowerState } from "./power-state.ts";
import { resize } from "./resize.ts";
import { changeServiceState } from "./service-state.ts";
import { sleep } from "./sleep.ts";
import { stop } from "./stop.ts";
import { volumeMigrate } from "./volume-migrate.ts";

/** Ports that were checked to be there before they are asked for. */
type Ports = Required<CloudPorts>;

type Executors = {
  readonly [Name in ActionTypeName]: (input: ActionInputs[Name], ports: Ports, logger: Logger) => BoundAction;
};

/** One for each type of core's registry: types name the one that is missing. */
const EXECUTORS: Executors = {
  nop: (input, _ports, logger) => nop(input, logger),
  sleep: (input) => sleep(input),
  migrate: (input, { compute }) => migrate(input, compute),
  resize: (input, { compute }) => resize(input, compute),
  change_nova_service_state: (input, { compute }) => changeServiceState(input, compute),
  change_node_power_state: (input, { baremetal }) => changePowerState(input, baremetal),
  volume_migrate: (input, { volume, compute }) => volumeMigrate(input, { volumes: volume, compute }),
  stop: (input, { compute }) => stop(input, compute),
};

const SERVICES: Readonly<Record<CloudPart, string>> = {
  compute: "Nova",
  volume: "Cinder",
  baremetal: "Ironic or MAAS",
};

/**
 * What executes an action of that type and input.
 * @throws VigilError invalid-input: no such type, or an input that it does not take; illegal-state: it needs a part of
 *   the cloud that this applier has no way to
 */
export function bindAction(
  typeName: string,
  input: JsonValue,
  ports: CloudPorts,
  logger: Logger,
): BoundAction {
  const { name, needs } = checkActionInput(typeName, input);
  const missing = needs.filter((part) => ports[part] === undefined);
  if (missing.length > 0) {
    const services = missing.map((part) => SERVICES[part]).join(" and ");
    const text = `This plan needs ${services} (${name}) and no cloud is configured for the applier`;
    throw new VigilError("illegal-state", text);
  }
  // The one place where the checked JSON gets the type that its schema stands for.
  const execute = EXECUTORS[name] as unknown as (
    input: JsonValue,
    ports: Ports,
    logger: Logger,
  ) => BoundAction;
  return execute(input, ports as Ports, logger);
}
