/** Alarm services: they post, wait for an answer, and never repeat a post by themselves; proxies in between do. */

import { Actor } from "./agenda.ts";
import type { Post, PostAnswer } from "./edge.ts";
import type { World } from "./world.ts";

/** A post, and what makes it the same occurrence as another, as its sender sees it. */
export interface Sent {
  post: Post;
  /** Equal: the same occurrence. */
  truth: string;
  /** Two posts of equal truth are the same occurrence only when they are close: nothing in the body tells. */
  isByTime: boolean;
}

const encoder = new TextEncoder();
/** A sender gives up after so long, ms. */
const PATIENCE_MS = 2_000;

export class Senders {
  readonly #world: World;
  readonly #actor = new Actor("senders");
  readonly #sent: Sent[] = [];
  #count = 0;

  constructor(world: World, forMs: number) {
    this.#world = world;
    const { agenda, chance } = world;
    const posts = chance.between(3, 12);
    for (let n = 0; n < posts; n++) {
      agenda.after(chance.below(forMs), this.#actor, () => this.#send());
      // A burst: some more to the same audit at once.
      if (chance.hits(0.1)) {
        const at = chance.below(forMs);
        for (let m = 0; m < 4; m++) agenda.after(at + m, this.#actor, () => this.#send(0));
      }
    }
  }

  #send(audit?: number): void {
    const { chance, edges, agenda, network, outside } = this.#world;
    const sent = this.#compose(audit);
    outside.posted(sent);
    const edge = chance.pick(edges);
    this.#sent.push(sent);
    const postedAtMs = agenda.nowMs;
    let isOpen = true;
    const heard = (answer: PostAnswer) => {
      if (!isOpen) return;
      isOpen = false;
      if (answer.status === 202) outside.accepted(sent, answer.eventId, edge, postedAtMs);
      else outside.refused(answer.status);
    };
    const arrive = () => {
      edge.post(sent.post, (answer) => {
        agenda.after(1, this.#actor, () => heard(answer));
      });
    };
    if (edge.actor.isDown) {
      outside.refused(0);
      return;
    }
    network.send(edge.actor, arrive);
    agenda.after(PATIENCE_MS, this.#actor, () => {
      isOpen = false;
    });
  }

  #compose(wanted: number | undefined): Sent {
    const { chance, store } = this.#world;
    const n = this.#count++;
    const before = chance.pickAny(this.#sent);
    // A proxy repeats a request as it was; a queue in front of the sender repeats the alarm in a new request.
    if (before !== undefined && chance.hits(0.15)) return before;
    if (before !== undefined && !before.truth.startsWith("new") && chance.hits(0.15)) {
      const requestId = before.truth.startsWith("request") ? before.post.requestId : `req-${n}`;
      return { ...before, post: { ...before.post, requestId } };
    }
    const audit = wanted ?? (chance.hits(0.05) ? chance.below(store.tables.audits.length) : chance.below(3));
    const { uuid } = store.tables.audits[audit]!;
    const current = chance.hits(0.8) ? "alarm" : "ok";
    const post = (body: string, over: Partial<Post> = {}): Post => ({
      audit: uuid,
      body: encoder.encode(body),
      requestId: "",
      idempotencyKey: "",
      userId: "aodh",
      ...over,
    });
    switch (chance.below(5)) {
      case 0: {
        const body = {
          alarm_id: "a",
          current,
          reason_data: { type: "event", event: { message_id: `m${n}` } },
        };
        const truth = `event ${audit} ${n} ${current}`;
        return { post: post(JSON.stringify(body), { requestId: `req-${n}` }), truth, isByTime: false };
      }
      case 1: {
        const body = {
          alarm_id: `b${chance.below(2)}`,
          current,
          previous: "ok",
          reason: "r",
          reason_data: {},
        };
        const text = JSON.stringify(body);
        return { post: post(text), truth: `time ${audit} ${text}`, isByTime: true };
      }
      case 2: {
        const key = `key-${n}`;
        return { post: post("{}", { idempotencyKey: key }), truth: `key ${audit} ${key}`, isByTime: false };
      }
      case 3:
        return {
          post: post('{"x":1}', { requestId: `req-${n}` }),
          truth: `request ${audit} ${n}`,
          isByTime: false,
        };
      default:
        return { post: post(""), truth: `new ${n}`, isByTime: false };
    }
  }
}
