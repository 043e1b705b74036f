/**
 * What each role may do on NATS, and nothing more: the subjects it publishes to and subscribes to. deploy/nats has them
 * as configuration of nats-server (`node tools/nats-permissions.ts` writes it); JetStream's own subjects are those of
 * server 2.9 and later.
 *
 * The limit of it: whoever may create a consumer on a stream may read all of that stream, and has its messages sent to
 * a subject of his choice. So roles may create consumers only on streams whose content they may know as a whole.
 */

import { MODEL_KINDS } from "./model-store.ts";
import {
  AUDITS_BUCKET,
  askSubject,
  bucketStream,
  CHANGES_STREAM,
  CHANGES_SUBJECTS,
  EVENTS_CONSUMER,
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  HEADS_BUCKET,
  MODELS_BUCKET,
  objectStoreStream,
  STREAMS,
  wakeSubject,
} from "./names.ts";

export const ACCOUNTS = ["edge", "api", "worker", "applier", "state"] as const;
export type AccountRole = (typeof ACCOUNTS)[number];

export interface Permissions {
  publish: string[];
  subscribe: string[];
  /** Whether it may answer what it was asked, once for each question. */
  answers: boolean;
}

const API = "$JS.API";
const AUDITS = bucketStream(AUDITS_BUCKET);
const HEADS = bucketStream(HEADS_BUCKET);
const MODELS = objectStoreStream(MODELS_BUCKET);

/** First part of the subjects that a role's answers come to. No role may listen to another's. */
export function inboxPrefixOf(role: AccountRole): string {
  return `_INBOX_${role}`;
}

export function permissionsOf(role: AccountRole): Permissions {
  const { publish, subscribe = [], answers = false } = ROLES[role];
  return {
    publish: [...LOOK, ...publish],
    subscribe: [`${inboxPrefixOf(role)}.>`, ...subscribe],
    answers,
  };
}

/** Every role looks whether the streams are there. */
const LOOK = [
  `${API}.INFO`,
  ...STREAMS.map((stream) => `${API}.STREAM.INFO.${stream}`),
  `${API}.CONSUMER.INFO.${EVENTS_STREAM}.${EVENTS_CONSUMER}`,
];

/** To read a stream from a place on: a consumer of one's own, its messages, its end. */
function reading(stream: string): string[] {
  return [
    `${API}.CONSUMER.CREATE.${stream}`,
    `${API}.CONSUMER.CREATE.${stream}.>`,
    `${API}.CONSUMER.INFO.${stream}.*`,
    `${API}.CONSUMER.MSG.NEXT.${stream}.*`,
    `${API}.CONSUMER.DELETE.${stream}.*`,
    `$JS.FC.${stream}.>`,
  ];
}

function gettingOne(stream: string): string {
  return `${API}.STREAM.MSG.GET.${stream}`;
}

/** Model snapshots: what lies under a hash, and which is the newest. */
const READ_MODELS = [
  ...reading(MODELS),
  gettingOne(MODELS),
  gettingOne(HEADS),
  // The client library asks which stream a list of objects is in.
  `${API}.STREAM.NAMES`,
];
/** Storing one removes what an unfinished one left behind. */
const WRITE_MODELS = [
  `$O.${MODELS_BUCKET}.>`,
  ...MODEL_KINDS.map((kind) => `$KV.${HEADS_BUCKET}.${kind}`),
  `${API}.STREAM.PURGE.${MODELS}`,
];

/** Handled events make room for new ones, one by one; what stands in the way is moved to the end. */
const MAKE_ROOM = [gettingOne(EVENTS_STREAM), `${API}.STREAM.MSG.DELETE.${EVENTS_STREAM}`, EVENTS_SUBJECTS];

const ROLES: Record<AccountRole, Partial<Permissions> & Pick<Permissions, "publish">> = {
  edge: {
    publish: [EVENTS_SUBJECTS, ...reading(AUDITS), askSubject("ledger")],
    subscribe: [askSubject("spool")],
    answers: true,
  },
  api: {
    publish: [
      EVENTS_SUBJECTS,
      ...reading(AUDITS),
      ...reading(CHANGES_STREAM),
      ...READ_MODELS,
      ...WRITE_MODELS,
    ],
  },
  worker: {
    publish: [
      `${API}.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${EVENTS_CONSUMER}`,
      `$JS.ACK.${EVENTS_STREAM}.${EVENTS_CONSUMER}.>`,
      ...MAKE_ROOM,
      ...READ_MODELS,
    ],
    subscribe: [wakeSubject("run")],
  },
  applier: { publish: [], subscribe: [wakeSubject("plan")] },
  state: {
    publish: [
      ...STREAMS.flatMap((stream) => [`${API}.STREAM.CREATE.${stream}`, `${API}.STREAM.UPDATE.${stream}`]),
      ...STREAMS.flatMap((stream) => [...reading(stream), gettingOne(stream)]),
      `${API}.CONSUMER.DURABLE.CREATE.${EVENTS_STREAM}.${EVENTS_CONSUMER}`,
      `$KV.${AUDITS_BUCKET}.>`,
      // The ledger's own sign among the heads.
      `$KV.${HEADS_BUCKET}.>`,
      CHANGES_SUBJECTS,
      ...MAKE_ROOM,
      ...READ_MODELS,
      ...WRITE_MODELS,
      wakeSubject("run"),
      wakeSubject("plan"),
      askSubject("spool"),
    ],
    subscribe: [askSubject("ledger")],
    answers: true,
  },
};

/** Name of a role's permissions in `permissionsConfig`. */
export function permissionsName(role: AccountRole): string {
  return `VIGIL_${role.toUpperCase()}`;
}

/**
 * Permissions as definitions of nats-server's configuration, to be used as `$VIGIL_EDGE` and so on. The server refuses
 * to start with one that is not used.
 */
export function permissionsConfig(roles: readonly AccountRole[] = ACCOUNTS): string {
  return roles
    .map((role) => {
      const { publish, subscribe, answers } = permissionsOf(role);
      const list = (subjects: string[]) =>
        subjects.map((subject) => `    ${JSON.stringify(subject)}`).join("\n");
      return [
        `${permissionsName(role)} = {`,
        `  publish: [\n${list([...new Set(publish)].sort())}\n  ]`,
        `  subscribe: [\n${list(subscribe)}\n  ]`,
        ...(answers ? ["  allow_responses: true"] : []),
        "}",
      ].join("\n");
    })
    .join("\n\n");
}
