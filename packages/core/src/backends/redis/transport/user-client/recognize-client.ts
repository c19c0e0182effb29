// Tells which library a client given to withClient is of, and names what it is where it is of none.
import { ConfigError } from "../../../../errors.ts";
import { type ForeignClient, hasMethods } from "./user-client.ts";
import { fromIORedis, isIORedis } from "./ioredis-client.ts";
import { fromNodeRedis, isNodeRedis } from "./node-redis-client.ts";

const TAKES =
  "It takes a client of ioredis 5 or 6 (Redis or Cluster), of iovalkey, or a connected one of node-redis (redis) 5 or 6.";

/** The client behind its common face; throws a ConfigError that names what else was given. */
export function recogniseClient(client: unknown): ForeignClient {
  if (typeof client === "object" && client !== null) {
    if (isIORedis(client)) return fromIORedis(client);
    if (isNodeRedis(client)) return fromNodeRedis(client);
  }
  throw new ConfigError(`withClient was given ${whatIs(client)}. ${TAKES}`);
}

function whatIs(value: unknown): string {
  if (typeof value === "string") return "a string; a URL goes into withURL";
  if (typeof value === "function") return "a function or class: make a client with it first";
  if (typeof value !== "object" || value === null) return String(value);
  if (hasMethods(value, "then")) return "a promise: await it first";
  if (hasMethods(value, "internal_send_command")) return "a client of node-redis 3 or older";
  if (hasMethods(value, "sendCommand", "duplicate") && "isOpen" in value)
    return "a client of node-redis 4";
  if (hasMethods(value, "getMasterAddrByName")) return "a sentinel";
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  if (value.constructor === Object)
    return "a plain object; addresses go into withAddress, withURL or withCluster";
  return `an object of class ${typeof name === "string" && name !== "" ? name : "unknown"}, which is no Redis client that it knows`;
}
