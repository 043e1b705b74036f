export { unpackDebianFile } from "./debian-package.ts";
export { type FolderLock, lockFolder } from "./folder-lock.ts";
export { type StartNatsOptions, startNats } from "./nats.ts";
export { type FindNatsServerOptions, findNatsServer } from "./nats-binary.ts";
export { findFreePort } from "./ports.ts";
export {
  type PostgresTls,
  type RunningServer,
  type StartPostgresOptions,
  startPostgres,
} from "./postgres.ts";
export { findPostgresBinaries } from "./postgres-binaries.ts";
export { defaultCacheDir } from "./server-user.ts";
