/** Limits of the tRPC border. The client's link takes its batch size from here by value, see packages/client. */

/** Calls in one request. The client sends no more at a time; a larger batch is refused as a whole. */
export const BATCH_ITEMS_MAX = 20;

/** Bytes of a request body; an event's body may have nearly as many as the broker takes in one message. */
export const REQUEST_BODY_BYTES_MAX = 1024 * 1024;

/** Levels of objects and lists in one another, as over REST: what looks at a value later does so by recursion. */
export const INPUT_LEVELS_MAX = 100;

/**
 * Bytes of a request that imports a model: cluster JSON of 10,000 nodes and 200,000 instances has some
 * 100 MB. It is held in memory as a whole, so only those who may import get this far.
 */
export const IMPORT_BODY_BYTES_MAX = 256 * 1024 * 1024;

/** Imports at a time in one process: each may need some four times its body while it is read. */
export const IMPORTS_AT_ONCE_MAX = 1;

/** Subscriptions at a time in one process; each has a consumer of its own at the broker. */
export const SUBSCRIPTIONS_MAX = 500;

/**
 * Bytes of a snapshot in one piece of its download: large enough that there are few, small enough that a piece takes
 * little time of the event loop. A multiple of 3, so that only the last has base64's padding.
 */
export const SNAPSHOT_CHUNK_BYTES = 384 * 1024;

/** Downloads at a time in one process; each holds a whole snapshot in memory. */
export const DOWNLOADS_AT_ONCE_MAX = 2;

/** For a whole download, ms: 512 MiB over a 50 Mbit/s line. */
export const DOWNLOAD_MS_MAX = 120_000;
