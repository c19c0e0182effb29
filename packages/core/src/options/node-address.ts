// Parses addresses of nodes: host:port, :port, host, [IPv6]:port, or an object.
import { ConfigError } from "../errors.ts";
import type { NodeAddress } from "./connection.ts";

/** The address of a node: `"host:port"`, `"host"` or an object. Without a port, the default port applies. */
export type NodeAddressInput =
  | string
  | { readonly host: string; readonly port?: number | undefined };

/** Parses one address; `by` is the name of the option, for messages. */
export function parseAddress(by: string, input: unknown, defaultPort: number): NodeAddress {
  if (typeof input === "string") {
    const match = /^(?:\[([^\]]+)\]|([^:[\]/@\s]*))(?::(\d+))?$/.exec(input);
    if (!match || input === "") {
      throw new ConfigError(
        `${by} takes addresses such as "localhost:${defaultPort}", ":${defaultPort}" or "[::1]:${defaultPort}"` +
          (input.includes("://") ? "; a URL goes into withURL." : "."),
      );
    }
    const host = match[1] ?? match[2] ?? "";
    return {
      host: host === "" ? "localhost" : host,
      port: checkPort(by, Number(match[3] ?? defaultPort)),
    };
  }
  if (
    typeof input === "object" &&
    input !== null &&
    "host" in input &&
    typeof input.host === "string"
  ) {
    const port = "port" in input && input.port !== undefined ? input.port : defaultPort;
    return { host: input.host, port: checkPort(by, port) };
  }
  throw new ConfigError(`${by} takes addresses: "host:port" or { host, port }.`);
}

/** Parses a list of at least one address. */
export function parseAddresses(by: string, inputs: unknown, defaultPort: number): NodeAddress[] {
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new ConfigError(
      `${by} takes a list of at least one address, such as [{ host: "localhost", port: ${defaultPort} }].`,
    );
  }
  return inputs.map((input: unknown) => parseAddress(by, input, defaultPort));
}

function checkPort(by: string, port: unknown): number {
  if (typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ConfigError(
    `${by}: ${String(port)} is not a port. A port is a number from 1 to 65535.`,
  );
}
