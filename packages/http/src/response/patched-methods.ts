// Patches the methods of a response so that they call its gate. All responses share these functions, so a request creates none.
import { watchDrainListeners } from "./drain.ts";
import type { HttpResponse, NodeResponse } from "./message.ts";
import type { Call } from "./gate-table.ts";

/**
 * All copies of this package in a process find the gate under this key. It is a property, because a WeakMap costs a request more than the
 * rest of an unchanged session's response.
 */
const GATE: unique symbol = Symbol.for("@redistore/http/response-gate") as never;

/** The part of the gate that patched methods call. */
export interface PatchedMethods {
  call(call: Call, a?: unknown, b?: unknown, c?: unknown): unknown;
  finish(): Promise<void>;
}

type PatchedResponse = NodeResponse & { [GATE]: PatchedMethods };

/** The gate of a response, if it has one. */
export function gateOf(res: HttpResponse | NodeResponse): PatchedMethods | undefined {
  return (res as Partial<PatchedResponse>)[GATE];
}

function writeHead(
  this: PatchedResponse,
  status: number,
  reason?: unknown,
  headers?: unknown,
): unknown {
  return this[GATE].call("writeHead", status, reason, headers);
}

function write(
  this: PatchedResponse,
  chunk?: unknown,
  encoding?: unknown,
  callback?: unknown,
): boolean {
  return this[GATE].call("write", chunk, encoding, callback) as boolean;
}

function end(
  this: PatchedResponse,
  chunk?: unknown,
  encoding?: unknown,
  callback?: unknown,
): unknown {
  return this[GATE].call("end", chunk, encoding, callback);
}

function flushHeaders(this: PatchedResponse): void {
  this[GATE].call("flushHeaders");
}

function flush(this: PatchedResponse): void {
  this[GATE].call("flush");
}

function onClose(this: PatchedResponse): void {
  void this[GATE].finish();
}

/** Leads every call through which the response is sent to `gate`, which has the original methods. */
export function patchResponse(res: NodeResponse, gate: PatchedMethods): void {
  (res as PatchedResponse)[GATE] = gate;
  res.writeHead = writeHead;
  res.write = write;
  res.end = end;
  res.flushHeaders = flushHeaders;
  if (res.writeHeader) res.writeHeader = writeHead;
  if (res.flush) res.flush = flush;
  watchDrainListeners(res);
}

/** Has late changes stored when a response closes whose header was sent and whose end was not. */
export function watchClose(res: NodeResponse): void {
  res.on("close", onClose);
}

/**
 * Restores our own `write` and `end`, removing wrappers installed later (such as compression) that have already started on the discarded
 * response. A later wrapper of `writeHead` (on-headers) runs its listeners once, so it can stay.
 */
export function restorePatches(res: NodeResponse): void {
  if (res.write !== write) res.write = write;
  if (res.end !== end) res.end = end;
}
