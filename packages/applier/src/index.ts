export { type ApplierOptions, startApplier } from "./applier.ts";
export type {
  BaremetalNode,
  BaremetalPort,
  CloudPorts,
  ComputePort,
  ComputeService,
  Flavor,
  Server,
  ServerMigration,
  ServerWrite,
  Volume,
  VolumePool,
  VolumePort,
  VolumeType,
} from "./ports.ts";
