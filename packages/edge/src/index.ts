export { createEdge, type Edge, type EdgeOptions } from "./edge.ts";
export { DEFAULT_EDGE_LIMITS, type EdgeLimits, ENVELOPE_BYTES_MAX } from "./limits.ts";
export { openSpool, type Spool, type SpoolOptions } from "./spool/spool.ts";
