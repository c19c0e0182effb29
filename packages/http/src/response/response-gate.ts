// Keeps a response back until the sessions of its request are stored. What happens in each state is in `gate-table.ts`.
import { assertChunk, BufferedResponse, reportsError } from "./buffered-response.ts";
import { describesResponse, type DiscardedResponse } from "./discarded-response.ts";
import { allowsSharedCache } from "./cache-control.ts";
import { ACTIONS, type GateParts, reportError, settleLate } from "./gate-actions.ts";
import { type Call, CALLS, EVENTS, type GateEvent, type State } from "./gate-table.ts";
import {
  type HttpRequest,
  isDisconnected,
  type NodeResponse,
  type SendingMethods,
} from "./message.ts";
import { watchClose } from "./patched-methods.ts";
import type { PendingSessions } from "./pending-sessions.ts";
import type { ResponseHooks } from "./response-hooks.ts";
import { headersSentError } from "./sent-facade.ts";
import { addRequiredCookies } from "./set-cookie-header.ts";
import { checkHead, prepareHead } from "./write-head.ts";

type AnyMethod = (a?: unknown, b?: unknown, c?: unknown) => unknown;

/** One for each response, whose own methods call it. */
export class ResponseGate implements GateParts {
  hooks: ResponseHooks | undefined;
  readonly req: HttpRequest;
  readonly res: NodeResponse;
  readonly sessions: PendingSessions;
  buffered: BufferedResponse | undefined;
  discarded: DiscardedResponse | undefined;
  thrown: { readonly error: unknown } | undefined;
  /** Changed by {@link #enter} alone. */
  #state: State = "open";
  /** The methods of the response before they were patched. */
  readonly #original: SendingMethods;
  /** Since calls were buffered: true if nothing was left to be stored when they were made. */
  #storing: Promise<boolean> | undefined;

  constructor(req: HttpRequest, res: NodeResponse, sessions: PendingSessions) {
    this.req = req;
    this.res = res;
    this.sessions = sessions;
    sessions.response = this;
    const { writeHead, write, end, flushHeaders, flush } = res;
    this.#original = { writeHead, write, end, flushHeaders, flush };
    if (res.headersSent) {
      this.#enter(res.writableEnded ? "ended" : "sent");
      watchClose(res);
    } else {
      this.#enter("open");
    }
  }

  /** Whether the application wants shared caches to keep the response. */
  mayBeShared(): boolean {
    return allowsSharedCache(this.res);
  }

  /** Handles a call on the response by the table. Returns what the response's own method would return. */
  call(call: Call, a?: unknown, b?: unknown, c?: unknown): unknown {
    const cell = CALLS[this.#state][call];
    switch (cell.do) {
      case "pass":
        return this.#pass(call, cell.next, a, b, c);
      case "store": {
        const due = this.sessions.due();
        if (!due) return this.#pass(call, cell.otherwise, a, b, c);
        if (this.#givesUp(call === "writeHead" ? Number(a) : this.res.statusCode)) {
          const result = this.call(call, a, b, c);
          reportError(this, this.discarded?.error);
          return result;
        }
        return this.#startBuffering(due, cell.due, call, a, b, c);
      }
      case "buffer":
        assertChunk(call, a);
        this.buffered?.add(call, a, b, c);
        break;
      case "refuse":
        throw headersSentError("write", this.res);
      case "discardUnlessReplaced":
        if (describesResponse(this.res)) {
          this.#enter(cell.next);
          return this.call(call, a, b, c);
        }
        this.discarded?.discard([a, b, c]);
        break;
      case "discard":
        this.discarded?.discard([a, b, c]);
    }
    return this.#postponed(call);
  }

  /**
   * Stores the sessions for a framework that responds afterwards. If that fails, the caller sends the error response.
   *
   * @param thrown the handler's error, for which the framework will send an error response
   */
  async commit(thrown?: unknown): Promise<void> {
    try {
      const due = this.#state === "open" ? this.sessions.due() : undefined;
      if (due && !this.#givesUp(thrown === undefined ? this.res.statusCode : statusOf(thrown)))
        await this.sessions.settle(due);
    } catch (error) {
      // If the handler has begun a response meanwhile, the result of that counts.
      if (this.#state === "open") {
        void this.on("notStored", error);
        throw error;
      }
    }
    if (this.#storing) await this.#storing;
    if (this.discarded?.takenOver) throw this.discarded.error;
    if (this.#state !== "open") await this.finish();
  }

  /** The handler threw or rejected. */
  handlerThrew(error: unknown): void {
    void this.on("threw", error);
  }

  /** The handler is done, or the response has closed. Stores what changed after the response ended, or after its client disconnected. */
  async finish(): Promise<void> {
    const buffered = this.buffered;
    // If the buffered response was complete, the handler was done when the sessions were last checked.
    if (this.#storing && (await this.#storing) && buffered?.ended) return;
    await this.on(isDisconnected(this.res) ? "disconnected" : "finished");
  }

  /**
   * Stores nothing if the response of this status reports a save of the application that failed: a client that is told to try again would
   * do twice what was stored after all.
   */
  #givesUp(status: number): boolean {
    const failed = this.#state === "open" ? this.sessions.failedWrite() : undefined;
    if (!failed || !reportsError(status, failed.error)) return false;
    void this.on("gaveUp", failed.error);
    return true;
  }

  /** Handles an event by the table. */
  on(event: GateEvent, error?: unknown): Promise<void> | void {
    const cell = EVENTS[this.#state][event];
    if (!cell) return undefined;
    const [action, next] = cell;
    if (next) this.#enter(next);
    return ACTIONS[action](this, error);
  }

  /**
   * Tells the sessions, too, whether a cookie can still be sent: not after the header, and not after the response was discarded, because no
   * session is stored for an error response. They are told and do not ask: decision 11 says why.
   */
  #enter(state: State): void {
    this.#state = state;
    this.sessions.canSendCookies = state === "open" || state === "buffering";
  }

  /** Calls Node's method, or that of a middleware before us. If Node refuses the first call, nothing has been sent. */
  #pass(call: Call, next: State | undefined, a?: unknown, b?: unknown, c?: unknown): unknown {
    const before = this.#state;
    const { cookies } = this.sessions;
    const isFirst = before === "open" && next !== undefined;
    // Node refuses a second writeHead. Code that sent the header past this gate leaves it open.
    if ((isFirst || call === "writeHead") && !this.res.headersSent) {
      this.sessions.restoreCookies();
      // Here, so that listeners of on-headers find them.
      if (isFirst) addRequiredCookies(this.res, cookies);
      if (call === "writeHead" && cookies.length > 0) {
        [b, c] = prepareHead(this.res, b, c, cookies);
      }
    }
    // Node's methods call one another by way of this gate; the error response's end() calls write() in HTTP/2.
    if (next && next !== "closed") this.#enter(next);
    try {
      const method = this.#original[call] as AnyMethod | undefined;
      const result = method?.call(this.res, a, b, c);
      if (next === "closed") this.#enter(next);
      return call === "write" ? result : this.res;
    } catch (error) {
      if (!this.res.headersSent) this.#enter(before);
      throw error;
    } finally {
      if (before === "open" && this.#state === "sent") watchClose(this.res);
    }
  }

  #startBuffering(
    due: object,
    next: State,
    call: Call,
    a?: unknown,
    b?: unknown,
    c?: unknown,
  ): unknown {
    assertChunk(call, a);
    const { writeHead } = this.#original;
    if (call === "writeHead" && !checkHead(this.res, writeHead, a as number, b, c)) {
      return this.res;
    }
    this.#enter(next);
    this.buffered = new BufferedResponse(this.res);
    this.buffered.add(call, a, b, c);
    this.#storing = this.#store(due);
    return this.#postponed(call);
  }

  /** The result of a call that is not made now. `write` asks its caller to wait for `drain`. */
  #postponed(call: Call): unknown {
    return call === "write" ? false : this.res;
  }

  /** Stores the sessions while calls are buffered. */
  async #store(due: object): Promise<boolean> {
    let settled = false;
    try {
      if (this.#state === "ending") await settleLate(this, due);
      else settled = await this.sessions.settle(due);
      if (this.thrown) throw this.thrown.error;
    } catch (error) {
      void this.on(this.buffered?.reports(error) ? "reported" : "notStored", error);
      return false;
    }
    void this.on("stored");
    return settled;
  }
}

/** The status of the error response that a framework sends for what a handler threw. */
function statusOf(thrown: unknown): number {
  const { status } = Object(thrown) as { status?: unknown };
  return typeof status === "number" ? status : 500;
}
