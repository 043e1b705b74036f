/** What the nats-servers say of the events' stream, asked from outside. */

import { connect } from "nats";
import type { Cluster } from "./cluster.ts";

const STREAM = "VIGIL_EVENTS";
const ASK_MS_MAX = 2_000;

export interface StreamState {
  /** Name of the server that leads; undefined while there is none. */
  leader: string | undefined;
  /** Copies that have all that the leader has, itself among them. */
  current: number;
}

/** @throws Error while nobody answers */
export async function streamState({ system }: Cluster): Promise<StreamState> {
  const [first] = system.natsUrl.split(",");
  const { username, password } = new URL(first!);
  const servers = system.natsUrl.split(",").map((url) => new URL(url).host);
  const connection = await connect({ servers, user: username, pass: password, timeout: ASK_MS_MAX });
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: ASK_MS_MAX });
    const { cluster } = await manager.streams.info(STREAM);
    const followers = cluster?.replicas?.filter(({ current, offline }) => current && offline !== true) ?? [];
    return {
      leader: cluster?.leader || undefined,
      current: followers.length + (cluster?.leader ? 1 : 0),
    };
  } finally {
    await connection.close();
  }
}
