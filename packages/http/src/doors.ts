// The ways out of a response, each led past its hold. One set of functions for all responses: none is made for a request.
import { EventEmitter } from "node:events";
import { watchDrainListeners } from "./drain.ts";
import type { Source } from "./dropped-answer.ts";
import type { Hold } from "./hold.ts";
import type { HttpResponse, Response } from "./message.ts";
import { sharedMap } from "./shared-map.ts";

const holds = sharedMap<object, Hold>("holds");

/** The hold of a response, if it has one. */
export function holdOf(res: HttpResponse | Response): Hold | undefined {
  return holds.get(res);
}

function writeHead(this: Response, status: number, reason?: unknown, headers?: unknown): unknown {
  return (holds.get(this) as Hold).writeHead(status, reason, headers);
}

function write(this: Response, chunk?: unknown, encoding?: unknown, callback?: unknown): boolean {
  return (holds.get(this) as Hold).write(chunk, encoding, callback);
}

function end(this: Response, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
  return (holds.get(this) as Hold).end(chunk, encoding, callback);
}

function flushHeaders(this: Response): void {
  (holds.get(this) as Hold).flushHeaders();
}

function flush(this: Response): void {
  (holds.get(this) as Hold).flush();
}

function onClose(this: Response): void {
  (holds.get(this) as Hold).closed();
}

function onPipe(this: Response, source: unknown): void {
  (holds.get(this) as Hold).sources.push(source as Source);
}

/** Leads everything that leaves through `hold`, which has noted where it led before. */
export function closeDoors(res: Response, hold: Hold): void {
  holds.set(res, hold);
  res.writeHead = writeHead;
  res.write = write;
  res.end = end;
  res.flushHeaders = flushHeaders;
  if (res.writeHeader) res.writeHeader = writeHead;
  if (res.flush) res.flush = flush;
  res.on("pipe", onPipe);
  if (res.on !== EventEmitter.prototype.on) watchDrainListeners(res);
}

/** For a response whose header has left and whose end has not come. */
export function watchClose(res: Response): void {
  res.on("close", onClose);
}

/**
 * Takes off what others have put over our doors since: they have seen the answer that was dropped, and compression, for one, would not
 * let a second one pass. Listeners for the header (on-headers) are kept where they have not run yet.
 */
export function uncoverDoors(res: Response, headBegun: boolean): void {
  if (res.write !== write) res.write = write;
  if (res.end !== end) res.end = end;
  if (headBegun && res.writeHead !== writeHead) res.writeHead = writeHead;
}
