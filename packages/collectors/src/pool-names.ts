/** Names of the block storage service: `host@backend#pool`. */

/** Key of the storage node that the pool belongs to: what is before the #. */
export function storageNodeOf(poolName: string): string {
  return poolName.split("#", 1)[0] as string;
}

/** Name of the backend by which volume types are matched: what is between @ and #; null without an @. */
export function backendOf(poolName: string): string | null {
  const [, backend] = storageNodeOf(poolName).split("@");
  return backend ?? null;
}
