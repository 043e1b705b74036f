/**
 * A state service that answers as a test says, behind the real gRPC border: for answers that get lost,
 * come late or refuse, which the real one can't be made to give at a chosen moment.
 */

import {
  type ClaimRequest__Output,
  type CompleteRequest__Output,
  createStateServer,
  type HeartbeatRequest__Output,
  type IngestRequest__Output,
  type Lease__Output,
  type LeaseRef__Output,
  listenStateServer,
  registerRunService,
} from "@vigil/proto";

export class ScriptedState {
  readonly ingests: IngestRequest__Output[] = [];
  readonly completes: CompleteRequest__Output[] = [];
  readonly heartbeats: HeartbeatRequest__Output[] = [];
  readonly releases: LeaseRef__Output[] = [];
  readonly claims: number[] = [];
  readonly claimIds: string[] = [];
  /** What the next claims give out, as many as are asked for. */
  readonly due: Lease__Output[] = [];
  /** Events of one call that are read; a state of the release before reads 1. */
  takesOnly = 1_000;
  onIngest: (request: IngestRequest__Output) => Promise<Lease__Output | null> = async () => null;
  onClaim: (request: ClaimRequest__Output) => Promise<Lease__Output[]> = async ({ maxRuns }) =>
    this.due.splice(0, maxRuns);
  onComplete: (request: CompleteRequest__Output) => Promise<string> = async () => "RECORDED";
  onHeartbeat: (request: HeartbeatRequest__Output) => Promise<string[]> = async () => [];
  address = "";
  stop: () => Promise<void> = async () => undefined;

  static async start(): Promise<ScriptedState> {
    const state = new ScriptedState();
    const server = createStateServer();
    registerRunService(server, state.#service(), { error: () => undefined });
    const listening = await listenStateServer(server, { host: "127.0.0.1", port: 0, graceMs: 100 });
    state.address = `127.0.0.1:${listening.port}`;
    state.stop = () => listening.stop();
    return state;
  }

  #service(): Parameters<typeof registerRunService>[1] {
    return {
      ingest: async (request) => {
        this.ingests.push(request);
        const lease = await this.onIngest(request);
        const outcome = lease === null ? "WAITING" : "STARTED";
        const taken = request.more.slice(0, this.takesOnly - 1);
        return { outcome, lease, moreOutcomes: taken.map(() => outcome) };
      },
      claim: async (request) => {
        this.claims.push(request.maxRuns);
        this.claimIds.push(request.claimId);
        return { leases: await this.onClaim(request) };
      },
      complete: async (request) => {
        this.completes.push(request);
        return { outcome: await this.onComplete(request), actionPlanUuid: "plan-1" };
      },
      heartbeat: async (request) => {
        this.heartbeats.push(request);
        return { lostRunIds: await this.onHeartbeat(request) };
      },
      release: async ({ leases }) => {
        this.releases.push(...leases);
        return {};
      },
    };
  }
}
