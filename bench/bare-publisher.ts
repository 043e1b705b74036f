/**
 * The yardstick of the webhook benchmark: a bare node:http server that publishes the body of each POST
 * to a JetStream stream (file storage, message id) and answers 202 after the acknowledgement.
 * Argument: port. Environment: BARE_NATS, connection options of the broker as JSON.
 */

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { connect, headers, RetentionPolicy, StorageType } from "nats";

const [port] = process.argv.slice(2);
const connection = await connect(JSON.parse(process.env.BARE_NATS ?? "{}"));
const manager = await connection.jetstreamManager();
await manager.streams.add({
  name: "BARE",
  subjects: ["bare.>"],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  duplicate_window: 600_000_000_000,
});
const stream = connection.jetstream();

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const id = randomUUID();
    const meta = headers();
    // As much metadata as an event of ours carries.
    meta.set("Vigil-Event", request.headers["x-meta"] as string);
    stream
      .publish(`bare.${id}`, Buffer.concat(chunks), { msgID: id, headers: meta })
      .then(() => response.writeHead(202, { "content-length": 0 }).end())
      .catch(() => response.writeHead(503).end());
  });
}).listen(Number(port), "127.0.0.1");
