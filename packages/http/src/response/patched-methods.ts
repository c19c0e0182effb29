// The ways out of a response, each led past its hold. One set of functions for all responses: none is made for a request.
import { EventEmitter } from "node:events";
import { watchDrainListeners } from "./drain.ts";
import type { Hold } from "./response-gate.ts";
import type { HttpResponse, Response } from "./message.ts";
import { sharedKey } from "../shared-key.ts";

const HOLD: unique symbol = sharedKey("hold") as never;

/** A response with doors of ours. */
type Held = Response & { [HOLD]: Hold };

/** The hold of a response, if it has one. */
export function holdOf(res: HttpResponse | Response): Hold | undefined {
  return (res as Partial<Held>)[HOLD];
}

function writeHead(this: Held, status: number, reason?: unknown, headers?: unknown): unknown {
  return this[HOLD].writeHead(status, reason, headers);
}

function write(this: Held, chunk?: unknown, encoding?: unknown, callback?: unknown): boolean {
  return this[HOLD].write(chunk, encoding, callback);
}

function end(this: Held, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
  return this[HOLD].end(chunk, encoding, callback);
}

function flushHeaders(this: Held): void {
  this[HOLD].flushHeaders();
}

function flush(this: Held): void {
  this[HOLD].flush();
}

function onClose(this: Held): void {
  void this[HOLD].finish();
}

/** Leads everything that leaves through `hold`, which has noted where it led before. */
export function closeDoors(res: Response, hold: Hold): void {
  (res as Held)[HOLD] = hold;
  res.writeHead = writeHead;
  res.write = write;
  res.end = end;
  res.flushHeaders = flushHeaders;
  if (res.writeHeader) res.writeHeader = writeHead;
  if (res.flush) res.flush = flush;
  if (res.on !== EventEmitter.prototype.on) watchDrainListeners(res);
}

/** For a response whose header has left and whose end has not come. */
export function watchClose(res: Response): void {
  res.on("close", onClose);
}

/**
 * Takes off what others have put over our doors since: they have seen the answer that was dropped, and compression, for one, would not
 * let a second one pass. Listeners for the header (on-headers) know by themselves whether they have run.
 */
export function uncoverDoors(res: Response): void {
  if (res.write !== write) res.write = write;
  if (res.end !== end) res.end = end;
}
