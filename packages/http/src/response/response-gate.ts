// Holds a response back until its sessions are stored: the states it goes through, and what each door does in each.
import { answerError } from "./error-response.ts";
import { headersSent } from "./sent-facade.ts";
import { uncoverDoors, watchClose } from "./patched-methods.ts";
import { emitDrain } from "./drain.ts";
import { DroppedAnswer, isGone } from "./discarded-response.ts";
import { HeldAnswer, type HeldCall, refuseNoChunk } from "./buffered-response.ts";
import type { AnyDoor, Doors, HttpRequest, HttpResponse, Response } from "./message.ts";
import type { Due, RequestSessions } from "../request-sessions.ts";
import { report, type ResponseHooks, takeOver } from "./response-hooks.ts";
import { addCookies } from "./set-cookie-header.ts";
import { checkHead, prepareHead } from "./write-head.ts";

/**
 * open: nothing has left. held: sessions are being stored, calls wait. sent: the header has left. ending: a late change is being
 * stored, the end waits. done: nothing is stored any more. failed: nothing either; the answer was dropped, another one may come.
 */
type State = "open" | "held" | "sent" | "ending" | "done" | "failed";

/** @internal The one object made for a response. */
export class Hold implements Doors {
  hooks: ResponseHooks | undefined;
  readonly #req: HttpRequest;
  readonly #res: Response;
  readonly #sessions: RequestSessions;
  /** Where the doors led before. */
  readonly #out: Doors;
  #state: State = "open";
  /** In `held` and `ending`. */
  #held: HeldAnswer | undefined;
  #settled: Promise<boolean> | undefined;
  /** In `failed`. */
  #dropped: DroppedAnswer | undefined;
  #abandoned: { readonly error: unknown } | undefined;

  constructor(req: HttpRequest, res: Response, sessions: RequestSessions) {
    this.#req = req;
    this.#res = res;
    this.#sessions = sessions;
    const { writeHead, write, end, flushHeaders, flush } = res;
    this.#out = { writeHead, write, end, flushHeaders, flush };
  }

  writeHead(status: number, reason?: unknown, headers?: unknown): unknown {
    if (this.#state === "held") throw headersSent("write", this.#res);
    const due = this.#due();
    if (due) {
      if (checkHead(this.#res, this.#out.writeHead, status, reason, headers)) {
        this.#hold(due, "writeHead", status, reason, headers);
      }
      return this.#res;
    }
    this.#dropped?.beginAnswer();
    const { cookies } = this.#sessions;
    let [text, fields] = [reason, headers];
    if (cookies.length > 0 && !this.#res.headersSent) {
      [text, fields] = prepareHead(this.#res, reason, headers, cookies);
    }
    return this.#pass("sent", this.#out.writeHead as AnyDoor, status, text, fields);
  }

  flushHeaders(): void {
    const due = this.#due();
    if (due) this.#hold(due, "flushHeaders");
    else if (this.#held) this.#held.add("flushHeaders");
    else if (!this.#dropped?.owns()) this.#pass("sent", this.#out.flushHeaders);
  }

  /** Only compression has it, and nothing leaves by it before something was written. */
  flush(): void {
    if (this.#held) this.#held.add("flush");
    else if (!this.#dropped?.owns()) this.#out.flush?.call(this.#res);
  }

  write(chunk?: unknown, encoding?: unknown, callback?: unknown): boolean {
    const due = this.#due();
    if (due) {
      refuseNoChunk("write", chunk);
      this.#hold(due, "write", chunk, encoding, callback);
      return false;
    }
    if (this.#held) return this.#held.add("write", chunk, encoding, callback);
    if (this.#dropped?.owns()) return this.#dropped.swallow([chunk, encoding, callback]);
    return this.#pass("sent", this.#out.write, chunk, encoding, callback) as boolean;
  }

  end(chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
    const due = this.#state === "sent" ? this.#sessions.due() : this.#due();
    if (due) {
      refuseNoChunk("end", chunk);
      this.#hold(due, "end", chunk, encoding, callback);
    } else if (this.#held) {
      this.#held.add("end", chunk, encoding, callback);
    } else if (this.#dropped?.owns()) {
      this.#dropped.swallow([chunk, encoding, callback]);
    } else {
      this.#pass("done", this.#out.end, chunk, encoding, callback);
      // Not before: HTTP/2 calls write() from end().
      this.#dropped?.endAnswer();
    }
    return this.#res;
  }

  /** Stores everything before the answer begins. On failure the caller answers the error; nothing of it is held any more. */
  async commit(): Promise<void> {
    try {
      const due = this.#due();
      if (due) await this.#sessions.settle(due);
    } catch (error) {
      // Where a byte came meanwhile, its own attempt decides.
      if (this.#state === "open") {
        this.#failed(DroppedAnswer.before(this.#res, error)).beginAnswer();
        throw error;
      }
    }
    if (this.#settled) await this.#settled;
    if (this.#dropped?.takenOver) throw this.#dropped.error;
    if (this.#state !== "open") await this.finish();
  }

  /** The handler threw or rejected: nobody goes on with what it has begun. */
  abandon(error: unknown): void {
    if (this.#held && !this.#held.ended) {
      this.#abandoned = { error };
      return;
    }
    if (this.#state === "sent") return this.#breakOff(error);
    if (this.#state === "open") answerError(this.#res, error);
    this.#report(error);
  }

  /** The handler has done its work, or a stream is closed. What was changed after the answer, or after its client had gone, is stored too. */
  async finish(): Promise<void> {
    const held = this.#held;
    // What is held whole when the handler is done has been looked at for the last time: nobody changes it after that.
    if (this.#settled && (await this.#settled) && held?.ended) return;
    const due = this.#sessions.due();
    if (!due || (this.#state !== "done" && !isGone(this.#res))) return;
    try {
      if (this.#state === "open") await this.#sessions.settle(due);
      else if (this.#state === "done" || this.#state === "sent") {
        for (const tooLate of await this.#sessions.settleLate(due)) this.#report(tooLate);
      }
    } catch (error) {
      this.#report(error);
    }
  }

  /** Lets a call through to Node. The first one decides the state, unless Node refuses it: then nothing has left. */
  #pass(next: "sent" | "done", door: AnyDoor, a?: unknown, b?: unknown, c?: unknown): unknown {
    const before = this.#state;
    if (before === "open") addCookies(this.#res, this.#sessions.cookies);
    if (before === "open" || (before === "sent" && next === "done")) this.#state = next;
    try {
      return door.call(this.#res, a, b, c);
    } catch (error) {
      if (!this.#res.headersSent) this.#state = before;
      throw error;
    } finally {
      if (before === "open" && this.#state === "sent") watchClose(this.#res);
    }
  }

  /** What the first byte has to wait for. */
  #due(): Due | undefined {
    return this.#state === "open" ? this.#sessions.due() : undefined;
  }

  #hold(due: Due, door: HeldCall["door"], ...args: HeldCall["args"]): void {
    const late = this.#state === "sent";
    this.#state = late ? "ending" : "held";
    const held = new HeldAnswer(this.#res);
    this.#held = held;
    held.add(door, ...args);
    this.#settled = late ? this.#storeLate(held, due) : this.#store(held, due);
  }

  /** True if nothing is left to be stored. */
  async #store(held: HeldAnswer, due: Due): Promise<boolean> {
    let stored: boolean;
    try {
      stored = await this.#sessions.settle(due);
      if (this.#abandoned) throw this.#abandoned.error;
    } catch (error) {
      if (held.says(error)) {
        this.#release(held, "failed");
        this.#report(error);
      } else {
        this.#fail(error, held);
      }
      return false;
    }
    this.#release(held, "sent");
    return stored;
  }

  async #storeLate(held: HeldAnswer, due: Due): Promise<boolean> {
    try {
      for (const tooLate of await this.#sessions.settleLate(due)) this.#report(tooLate);
      this.#release(held, "done");
    } catch (error) {
      held.drop(error);
      this.#breakOff(error);
    }
    return false;
  }

  #release(held: HeldAnswer, state: "sent" | "done" | "failed"): void {
    this.#held = undefined;
    this.#state = state;
    held.lift();
    try {
      // Before the listeners of others for the header.
      if (state !== "done") addCookies(this.#res, this.#sessions.cookies);
      if (state === "sent" && !held.ended) watchClose(this.#res);
      if (held.repeat(this) && !held.ended) process.nextTick(emitDrain, this.#res);
    } catch (error) {
      // Node refuses what could not be known before, such as a body of another length than announced.
      if (this.#res.headersSent) this.#breakOff(error);
      else this.#fail(error, held);
    }
  }

  /** Nothing has left: drops the answer, and sees to another one. */
  #fail(error: unknown, held: HeldAnswer): void {
    held.drop(error);
    uncoverDoors(this.#res);
    const dropped = this.#failed(DroppedAnswer.before(this.#res, error));
    if (held.starved) dropped.drain();
    dropped.beginAnswer();
    dropped.takenOver = takeOver(this.hooks, error, this.#req, this.#res as HttpResponse);
    if (!dropped.takenOver) {
      dropped.answer();
      this.#report(error);
    } else if (!held.ended && !this.#res.headersSent) {
      dropped.awaitAnswer();
    }
  }

  #breakOff(error: unknown): void {
    this.#failed(DroppedAnswer.inTheMiddle(this.#res, error));
    this.#report(error);
  }

  #failed(dropped: DroppedAnswer): DroppedAnswer {
    this.#state = "failed";
    this.#held = undefined;
    this.#dropped = dropped;
    return dropped;
  }

  #report(error: unknown): void {
    report(this.hooks, error, this.#req, this.#res as HttpResponse);
  }
}
