/** Changes as they happen, through broken connections and restarts of the service itself. */
import type { Outputs, VigilClient } from "@vigil/client";

type Plan = Outputs["plans"]["get"];

/** Where the service keeps how far it has read. */
export interface Position {
  load(): string | undefined;
  save(lastEventId: string): void;
}

/**
 * Tells `onPlan` of every action plan in the state it is in when it is looked at. It may be told of the same one several
 * times, and has to bear that: changes come at least once, and in any order.
 *
 * @param onFailure called once; the subscription has ended then, and begins after the last plan that `onPlan` was told of
 *   when it is begun again
 * @returns ends the subscription
 */
export function followPlans(
  client: VigilClient,
  position: Position,
  onPlan: (plan: Plan) => void,
  onFailure: (error: unknown) => void,
): () => void {
  const look = async (uuid: string) => onPlan(await client.plans.get.query({ uuid, withActions: false }));
  const lookAtAll = async () => {
    for (const { uuid } of (await client.plans.list.query({ limit: 1000 })).items) await look(uuid);
  };
  // One after the other: a position that is saved must not be ahead of a plan that was not looked at.
  let handled = Promise.resolve();
  let isOver = false;
  const subscription = client.changes.subscribe(
    { kinds: ["action_plan"], lastEventId: position.load() },
    {
      onData({ id, data: change }) {
        handled = handled.then(async () => {
          // The position comes first, and again when changes were lost because nobody listened for too long: then
          // what is now has to be read.
          if (change.kind === "position") await lookAtAll();
          else await look(change.uuid);
          position.save(id);
        });
        handled.catch(fail);
      },
      // A broken connection is none: the client connects again by itself, and misses nothing.
      onError: fail,
    },
  );
  function fail(error: unknown): void {
    if (isOver) return;
    stop();
    onFailure(error);
  }
  function stop(): void {
    isOver = true;
    subscription.unsubscribe();
  }
  return stop;
}
