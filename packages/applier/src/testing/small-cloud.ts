/** A cloud of three hosts for tests that name what they look at. */

import type { CloudPorts } from "../ports.ts";
import { SimulatedCinder, type SimulatedCinderOptions } from "./simulated-cinder.ts";
import { SimulatedIronic } from "./simulated-ironic.ts";
import { SimulatedNova, type SimulatedNovaOptions } from "./simulated-nova.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const VM = "11111111-1111-4111-8111-111111111111";
export const PAUSED = "22222222-2222-4222-8222-222222222222";
export const STOPPED = "33333333-3333-4333-8333-333333333333";
export const VOLUME = "44444444-4444-4444-8444-444444444444";
export const NOBODY = "99999999-9999-4999-8999-999999999999";

const SMALL = { vcpus: 1, memoryMiB: 1_024, diskGb: 10 };

export interface SmallCloud {
  clock: VirtualClock;
  nova: SimulatedNova;
  cinder: SimulatedCinder;
  ironic: SimulatedIronic;
  cloud: CloudPorts;
}

export function smallCloud(
  nova: Partial<SimulatedNovaOptions> = {},
  cinder: Partial<SimulatedCinderOptions> = {},
): SmallCloud {
  const clock = new VirtualClock();
  const host = (name: string, status: "enabled" | "disabled") => ({
    host: name,
    status,
    disabledReason: null,
    capacity: { vcpus: 4, memoryMiB: 8_192, diskGb: 100 },
  });
  const server = (id: string, status: string) => ({
    id,
    host: "a",
    status,
    flavorName: "small",
    size: SMALL,
  });
  const compute = new SimulatedNova({
    clock,
    hosts: [host("a", "enabled"), host("b", "enabled"), host("off", "disabled")],
    servers: [server(VM, "ACTIVE"), server(PAUSED, "PAUSED"), server(STOPPED, "SHUTOFF")],
    flavors: [
      { id: "1", name: "small", size: SMALL },
      { id: "2", name: "large", size: { vcpus: 2, memoryMiB: 2_048, diskGb: 20 } },
    ],
    ...nova,
  });
  const volume = {
    id: VOLUME,
    status: "in-use",
    type: "slow",
    host: "h@b#one",
    migrationStatus: null,
    serverIds: [VM],
  };
  const volumes = new SimulatedCinder({
    clock,
    volumes: [volume],
    pools: [
      { name: "h@b#one", capabilities: {} },
      { name: "h@b#two", capabilities: { volume_backend_name: "b" } },
      { name: "h@c#fast", capabilities: { volume_backend_name: "c" } },
    ],
    types: [
      { name: "slow", extraSpecs: { volume_backend_name: "b", unreported: "x" } },
      { name: "fast", extraSpecs: { volume_backend_name: "c" } },
    ],
    ...cinder,
  });
  const machine = (id: string, power: "on" | "off", guests: number) => ({
    id,
    power,
    guests,
    isChanging: false,
  });
  const baremetal = new SimulatedIronic(clock, [
    machine("busy", "on", 2),
    machine("idle", "on", 0),
    machine("dark", "off", 0),
  ]);
  return {
    clock,
    nova: compute,
    cinder: volumes,
    ironic: baremetal,
    cloud: { compute, volume: volumes, baremetal },
  };
}
