/** Alarm services: they post, wait for an answer, and never repeat a post by themselves; proxies in between do. */

import { Actor } from "./agenda.ts";
import type { Edge, Post, PostAnswer } from "./edge.ts";
import type { World } from "./world.ts";

/** A post, and what makes it the same occurrence as another, as its sender sees it. */
export interface Sent {
  post: Post;
  /** Place of its audit in the table. */
  audit: number;
  /** What happened, whoever is told. */
  what: string;
  /** Equal: the same occurrence. It is of one audit: an alarm may have two actions, and each counts. */
  truth: string;
  /**
   * exact: two posts of equal truth are the same occurrence; time: only when they are close, since nothing in the body
   * tells; none: there are no two.
   */
  identity: "exact" | "time" | "none";
}

/** Kinds of posts; the last has no identity at all. */
const [EVENT_ALARM, IDEMPOTENCY_KEY, REQUEST_ID, THRESHOLD_ALARM, KINDS] = [0, 1, 2, 3, 5];

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
    this.#post(this.#compose(audit), this.#world.chance.pick(this.#world.edges));
  }

  /** Posts something that has an identity, which then can be posted again. */
  sendExact(edge: Edge): Sent {
    const { chance } = this.#world;
    const sent = this.#new(chance.below(3), chance.pick([EVENT_ALARM, IDEMPOTENCY_KEY, REQUEST_ID]));
    this.#post(sent, edge);
    return sent;
  }

  /** Posts it for something else that happened: its identity was used so long ago that it is free again. */
  sendAnew(sent: Sent, edge: Edge): void {
    const what = `${sent.what}, anew`;
    this.#post({ ...sent, what, truth: truthOf(what, sent.audit) }, edge);
  }

  #post(sent: Sent, edge: Edge): void {
    const { agenda, network, outside } = this.#world;
    outside.posted(sent);
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
    const before = chance.pickAny(this.#sent);
    // A proxy repeats a request as it was; a queue in front of the sender repeats the alarm in a new request.
    if (before !== undefined && chance.hits(0.15)) return before;
    if (before !== undefined && before.identity !== "none" && chance.hits(0.15)) {
      const requestId = before.what.startsWith("request") ? before.post.requestId : `req-${this.#count++}`;
      return { ...before, post: { ...before.post, requestId } };
    }
    const audit = wanted ?? (chance.hits(0.05) ? chance.below(store.tables.audits.length) : chance.below(3));
    // An alarm with two actions, or two names of one audit.
    if (before !== undefined && before.identity !== "none" && chance.hits(0.1)) {
      return {
        ...before,
        ...{ audit, truth: truthOf(before.what, audit) },
        post: { ...before.post, ident: this.#identOf(audit) },
      };
    }
    return this.#new(audit, chance.below(KINDS));
  }

  #identOf(audit: number): string {
    const { uuid, name } = this.#world.store.tables.audits[audit]!;
    return this.#world.chance.hits(0.7) ? uuid : name;
  }

  /** Something that has not happened before, but for alarms without an identity. */
  #new(audit: number, kind: number): Sent {
    const { chance } = this.#world;
    const n = this.#count++;
    const current = chance.hits(0.8) ? "alarm" : "ok";
    const sent = (
      identity: Sent["identity"],
      what: string,
      body: string,
      over: Partial<Post> = {},
    ): Sent => ({
      ...{ identity, what, audit, truth: truthOf(what, audit) },
      post: {
        ...{ ident: this.#identOf(audit), body: encoder.encode(body) },
        ...{ requestId: "", idempotencyKey: "", userId: "aodh" },
        ...over,
      },
    });
    switch (kind) {
      case EVENT_ALARM: {
        const reason_data = { type: "event", event: { message_id: `m${n}` } };
        const body = JSON.stringify({ alarm_id: "a", current, reason_data });
        return sent("exact", `event ${n} ${current}`, body, { requestId: `req-${n}` });
      }
      case IDEMPOTENCY_KEY:
        return sent("exact", `key ${n}`, "{}", { idempotencyKey: `key-${n}` });
      case REQUEST_ID:
        return sent("exact", `request ${n}`, '{"x":1}', { requestId: `req-${n}` });
      case THRESHOLD_ALARM: {
        const alarm = { alarm_id: `b${chance.below(2)}`, current };
        const body = JSON.stringify({ ...alarm, previous: "ok", reason: "r", reason_data: {} });
        return sent("time", `alarm ${body}`, body);
      }
      default:
        return sent("none", `new ${n}`, "");
    }
  }
}

function truthOf(what: string, audit: number): string {
  return `${what} for audit ${audit}`;
}
