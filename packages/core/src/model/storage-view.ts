/**
 * The storage and bare metal models as an audit may see them: columns, and masks of what its scope leaves
 * in. The models themselves are never written.
 */
import { UNMAPPED } from "./layout.ts";
import type { BaremetalColumns, StorageColumns } from "./model.ts";

export class StorageView {
  readonly columns: StorageColumns;
  /** 1: belongs to the audit's scope. What is left out does not exist for it, as in Watcher. */
  readonly nodeTakesPart: Uint8Array;
  readonly poolTakesPart: Uint8Array;
  readonly volumeTakesPart: Uint8Array;

  constructor(columns: StorageColumns) {
    this.columns = columns;
    this.nodeTakesPart = new Uint8Array(columns.nodes.count).fill(1);
    this.poolTakesPart = new Uint8Array(columns.pools.count).fill(1);
    this.volumeTakesPart = new Uint8Array(columns.volumes.count).fill(1);
  }

  /** Takes out the pools of nodes that are out, then the volumes of pools that are out. */
  cascade(): void {
    const { pools, volumes } = this.columns;
    for (let pool = 0; pool < pools.count; pool++) {
      const node = pools.node[pool] as number;
      if (node !== UNMAPPED && this.nodeTakesPart[node] === 0) this.poolTakesPart[pool] = 0;
    }
    for (let volume = 0; volume < volumes.count; volume++) {
      const pool = volumes.pool[volume] as number;
      if (pool !== UNMAPPED && this.poolTakesPart[pool] === 0) this.volumeTakesPart[volume] = 0;
    }
  }
}

export class BaremetalView {
  readonly columns: BaremetalColumns;
  /** 1: belongs to the audit's scope. */
  readonly takesPart: Uint8Array;

  constructor(columns: BaremetalColumns) {
    this.columns = columns;
    this.takesPart = new Uint8Array(columns.count).fill(1);
  }
}
