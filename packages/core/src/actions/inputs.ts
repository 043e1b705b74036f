/** Input parameters of each action type, as its schema lets them through. */

export interface MigrateInput {
  /** UUID of the server. */
  resource_id: string;
  migration_type: "live" | "cold";
  /** Host of the compute service. */
  source_node: string;
  /** Absent or null: Nova's scheduler chooses. */
  destination_node?: string | null;
  resource_name?: string;
}

export interface ServiceStateInput {
  /** UUID of the compute node; the service is found by `resource_name`, its host. */
  resource_id: string;
  state: "enabled" | "disabled";
  disabled_reason?: string;
  resource_name?: string;
}

export interface NopInput {
  message: string | null;
  skip_pre_condition?: boolean;
  fail_pre_condition?: boolean;
  fail_execute?: boolean;
  fail_post_condition?: boolean;
}

export interface SleepInput {
  /** Seconds, at least 0; fractions are dropped. */
  duration: number;
}

export interface ResizeInput {
  /** UUID of the server. */
  resource_id: string;
  /** Id or name of the flavor. */
  flavor: string;
}

export interface StopInput {
  /** UUID of the server. */
  resource_id: string;
}

export interface PowerStateInput {
  /** Id of the machine. */
  resource_id: string;
  state: "on" | "off";
  resource_name?: string;
}

export interface VolumeMigrateInput {
  /** UUID of the volume. */
  resource_id: string;
  /** swap means migrate. */
  migration_type: "migrate" | "retype" | "swap";
  /** Name of the pool, host@backend#pool: for migrate. */
  destination_node?: string | null;
  /** Name of the volume type: for retype. */
  destination_type?: string | null;
  resource_name?: string;
}

export interface ActionInputs {
  nop: NopInput;
  sleep: SleepInput;
  migrate: MigrateInput;
  resize: ResizeInput;
  change_nova_service_state: ServiceStateInput;
  change_node_power_state: PowerStateInput;
  volume_migrate: VolumeMigrateInput;
  stop: StopInput;
}

export type ActionTypeName = keyof ActionInputs;
