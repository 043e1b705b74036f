/**
 * What executors need of a cloud, and no more. Names and values are Nova's, Cinder's and Ironic's own.
 *
 * Reads may be repeated and are. A write is one request, sent at once: an implementation that repeated it or waited
 * would do so after the check of the lease. It says by the kind of its VigilError what became of it, and executors
 * send again what was not taken, each time under a lease that is held:
 *
 *   unavailable  the service was not reached: nothing has happened
 *   overloaded   it does not take it now (429, 503 with Retry-After, a server whose task is under way)
 *   deadline     it was sent, and nobody knows: what happened is to be looked up
 *   any other    it was refused, and the message says why
 */

export interface Server {
  id: string;
  /** Host of its compute service; null: not placed. */
  host: string | null;
  /** ACTIVE, PAUSED, SHUTOFF, VERIFY_RESIZE, ERROR ... */
  status: string;
  /** active, stopped, resized ... */
  vmState: string;
  /** null: nothing is under way. */
  taskState: string | null;
  /** Name of its flavor (embedded `original_name`). */
  flavorName: string;
}

export interface ComputeService {
  host: string;
  status: "enabled" | "disabled";
}

export interface Flavor {
  id: string;
  name: string;
}

export interface ServerMigration {
  id: string;
  /** queued, preparing, running, post-migrating, completed, error, failed, cancelled, finished, confirmed ... */
  status: string;
}

/** A write that Nova has recorded for a server (instance action). */
export interface ServerWrite {
  requestId: string;
  /** live-migration, migrate, resize, confirmResize, stop ... */
  action: string;
}

export interface ComputePort {
  /** null: there is none, or no longer. */
  getServer(id: string): Promise<Server | null>;
  /** The nova-compute service of a host. */
  getService(host: string): Promise<ComputeService | null>;
  /** By id, else by name. */
  findFlavor(idOrName: string): Promise<Flavor | null>;
  /** The newest of the server, finished or not. Its status may lag behind the server by a moment. */
  newestMigration(serverId: string): Promise<ServerMigration | null>;
  /** Newest first. */
  writesOf(serverId: string): Promise<ServerWrite[]>;

  /** @param host null: the scheduler chooses */
  liveMigrate(serverId: string, host: string | null): Promise<void>;
  /** @param host null: the scheduler chooses */
  coldMigrate(serverId: string, host: string | null): Promise<void>;
  resize(serverId: string, flavorId: string): Promise<void>;
  /** Of a resize or a cold migration. */
  confirmResize(serverId: string): Promise<void>;
  abortLiveMigration(serverId: string, migrationId: string): Promise<void>;
  stop(serverId: string): Promise<void>;
  /** Returns the service as it is then. The reason goes with disabling only. */
  setServiceStatus(
    host: string,
    status: ComputeService["status"],
    disabledReason?: string,
  ): Promise<ComputeService>;
}

export interface Volume {
  id: string;
  /** available, in-use, retyping, maintenance ... */
  status: string;
  /** Name of its type; null: none. */
  type: string | null;
  /** Name of its pool, host@backend#pool. */
  host: string | null;
  /** null or none, starting, migrating, completing, success, error. Cinder sets starting before it answers. */
  migrationStatus: string | null;
  /** Servers it is attached to, in the order of attachments. */
  serverIds: readonly string[];
}

export interface VolumePool {
  name: string;
  /** Everything it reports, as text. */
  capabilities: Readonly<Record<string, string>>;
}

export interface VolumeType {
  name: string;
  extraSpecs: Readonly<Record<string, string>>;
}

export interface VolumePort {
  getVolume(id: string): Promise<Volume | null>;
  /** Pools of exactly that name. */
  findPools(name: string): Promise<VolumePool[]>;
  findType(name: string): Promise<VolumeType | null>;
  /** Whether the volume that a migration copies to, or from, is there still. */
  hasShadow(volumeId: string): Promise<boolean>;

  /** With lock_volume, without force_host_copy. */
  migrate(volumeId: string, pool: string): Promise<void>;
  /** With the policy on-demand: to another pool where the type wants it. */
  retype(volumeId: string, typeName: string): Promise<void>;
}

export interface BaremetalNode {
  id: string;
  power: "on" | "off" | "unknown";
  /** A change of power is under way. */
  isChanging: boolean;
  /** Servers that its hypervisor runs. */
  guests: number;
}

export interface BaremetalPort {
  getNode(id: string): Promise<BaremetalNode | null>;
  setPower(id: string, power: "on" | "off"): Promise<void>;
}

/** The parts of the cloud that this applier can reach. */
export interface CloudPorts {
  compute?: ComputePort;
  volume?: VolumePort;
  baremetal?: BaremetalPort;
}
