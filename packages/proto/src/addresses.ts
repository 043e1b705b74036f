import { experimental } from "@grpc/grpc-js";
import { VigilError } from "@vigil/core";

/** A state process to connect to. */
export interface HostPort {
  host: string;
  port: number;
}

const SCHEME = "vigil-state";

/**
 * Reads `host:port[,host:port...]`; hosts are names, IPv4, or IPv6 in brackets.
 * @throws VigilError invalid-input
 */
export function parseAddresses(text: string): HostPort[] {
  return text.split(",").map((part) => {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(part.trim());
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3]);
    if (!host || port < 1 || port > 65_535) {
      throw new VigilError(
        "invalid-input",
        `The address of state is "${text}"; wanted host:port, several separated by commas, such as 10.0.0.1:9323,10.0.0.2:9323.`,
      );
    }
    return { host, port };
  });
}

/** The gRPC target that ListResolver reads. */
export function targetOf(addresses: readonly HostPort[]): string {
  return `${SCHEME}:${addresses.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(",")}`;
}

/**
 * Gives gRPC the addresses as one list, each an endpoint of its own, for round_robin.
 *
 * gRPC's `dns:` takes one name and `ipv4:` takes only IP addresses; VMs have names. A name goes to the socket as
 * it is, and Node resolves it anew at each connect, so a VM that moved is found again.
 */
class ListResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener;
  readonly #endpoints: experimental.Endpoint[];
  #answered = false;

  constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener) {
    this.#listener = listener;
    this.#endpoints = parseAddresses(target.path).map((address) => ({ addresses: [address] }));
  }

  updateResolution(): void {
    // Asked again after each lost connection. The list never changes, and answering again would make
    // round_robin drop the connections that are well.
    if (this.#answered) return;
    this.#answered = true;
    process.nextTick(() => {
      this.#listener(experimental.statusOrFromValue(this.#endpoints), {}, null, "");
    });
  }

  destroy(): void {
    this.#answered = false;
  }

  static getDefaultAuthority(target: experimental.GrpcUri): string {
    return target.path.split(",", 1)[0] ?? "";
  }
}

experimental.registerResolver(SCHEME, ListResolver);
