// Recognizes the library of a client given to withClient, and names what was given instead if it is none.
import { ConfigError } from "../../../../errors.ts";
import { fromIORedis, isIORedis } from "./ioredis-client.ts";
import { fromNodeRedis, isNodeRedis } from "./node-redis-client.ts";
import { hasMethods, type UserClient } from "./user-client.ts";

const ACCEPTED =
  "It takes a client of ioredis 5 or 6 (Redis or Cluster), of iovalkey, or a connected one of node-redis (redis) 5 or 6.";

/** Throws a ConfigError if `client` is of no known library, or cannot be used for sessions. */
export function recognizeClient(client: unknown): UserClient {
  if (typeof client === "object" && client !== null) {
    if (isIORedis(client)) return fromIORedis(client);
    if (isNodeRedis(client)) return fromNodeRedis(client);
  }
  throw new ConfigError(`withClient was given ${describe(client)}. ${ACCEPTED}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return "a string; a URL goes into withURL";
  if (typeof value === "function") return "a function or class: create a client with it first";
  if (typeof value !== "object" || value === null) return String(value);
  if (hasMethods(value, "then")) return "a promise: await it first";
  if (hasMethods(value, "internal_send_command")) return "a client of node-redis 3 or older";
  if (hasMethods(value, "sendCommand", "duplicate") && "isOpen" in value)
    return "a client of node-redis 4";
  if (hasMethods(value, "getMasterAddrByName")) return "a sentinel";
  if (value.constructor === Object)
    return "a plain object; addresses go into withAddress, withURL or withCluster";
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return `an object of class ${typeof name === "string" && name !== "" ? name : "unknown"}, which is not a Redis client that it knows`;
}
