import { fileURLToPath } from "node:url";
import { loadPackageDefinition, logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { ProtoGrpcType } from "./gen/record.ts";

/** proto/ at the root of the tree: the files stay in one place, for buf, the generator and the loader. */
const PROTO_FOLDER = fileURLToPath(new URL("../../../proto/", import.meta.url));

/**
 * The same options as proto-loader-gen-types was given: the generated types describe messages loaded so, and
 * nothing at run time would notice a difference. 64-bit integers are decimal text; bytes are Buffers.
 */
const LOADER_OPTIONS = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: [PROTO_FOLDER],
};

// gRPC prints lines of its own to stderr, between the JSON lines of the logger; everything it says there also
// comes as an error. Its usual variable still turns them on.
if (process.env.GRPC_VERBOSITY === undefined) setLogVerbosity(logVerbosity.NONE);

// record.proto imports run.proto, so one load has both services and one set of message types.
const loaded = loadPackageDefinition(
  loadSync("vigil/v1/record.proto", LOADER_OPTIONS),
) as unknown as ProtoGrpcType;

export const runServiceDefinition = loaded.vigil.v1.RunService.service;
export const recordServiceDefinition = loaded.vigil.v1.RecordService.service;
