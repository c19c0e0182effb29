// A backend whose steps wait until the test takes them, one at a time, in the order it wants, and with the faults it wants.
import type { Activity } from "../../../src/backends/activity.ts";
import type {
  Backend,
  Deletion,
  Entry,
  Health,
  InspectedEntry,
  WriteResult,
} from "../../../src/backends/backend.ts";
import type { Deadline } from "../../../src/backends/deadline.ts";
import type { Admission, Admitted, Bar, Member } from "../../../src/backends/principal-index.ts";
import type { Ending, Successor } from "../../../src/backends/tombstone.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";

/**
 * `unsent`: not taken. `replyLost`: taken, and the reply lost. `dropped`: not taken, which the client cannot tell from the former.
 * `late`: as dropped, and then the step waits once more, to be taken when the client has gone on. `twice`: taken and replied to, and then it
 * waits once more, because it was sent twice.
 */
export type Fault = "unsent" | "replyLost" | "dropped" | "late" | "twice";

/** One step that a client waits for. */
export interface Step {
  readonly name: string;
  /** Set if it was taken once, or given up, and waits to be taken once more; the client does not wait for it any more. */
  left?: "late" | "twice";
  take(fault?: Fault): Promise<void>;
}

/** Steps of one client process; `pending` are those it waits for. */
export class SteppingBackend implements Backend {
  readonly pending: Step[] = [];
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get(id: string, deadline: Deadline): Promise<Entry> {
    return this.#step("get", () => this.#backend.get(id, deadline));
  }

  getMany(ids: readonly string[], deadline: Deadline): Promise<readonly Entry[]> {
    return this.#step("getMany", () => this.#backend.getMany(ids, deadline));
  }

  inspect(ids: readonly string[], deadline: Deadline): Promise<readonly InspectedEntry[]> {
    return this.#step("inspect", () => this.#backend.inspect(ids, deadline));
  }

  touch(id: string, seconds: number, deadline: Deadline): Promise<Entry> {
    return this.#step("touch", () => this.#backend.touch(id, seconds, deadline));
  }

  roll(id: string, activity: Activity, deadline: Deadline): Promise<InspectedEntry> {
    return this.#step("roll", () => this.#backend.roll(id, activity, deadline));
  }

  create(id: string, record: Buffer, seconds: number, deadline: Deadline): Promise<boolean> {
    return this.#step("create", () => this.#backend.create(id, record, seconds, deadline));
  }

  replace(
    id: string,
    expected: Buffer | undefined,
    record: Buffer,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    return this.#step("replace", () =>
      this.#backend.replace(id, expected, record, seconds, deadline),
    );
  }

  retire(
    id: string,
    expected: Buffer,
    successor: Successor,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult> {
    return this.#step("retire", () =>
      this.#backend.retire(id, expected, successor, seconds, deadline),
    );
  }

  delete(id: string, ending: Ending, seconds: number, deadline: Deadline): Promise<Deletion> {
    return this.#step("delete", () => this.#backend.delete(id, ending, seconds, deadline));
  }

  admit(principal: string, admission: Admission, deadline: Deadline): Promise<Admitted> {
    return this.#step("admit", () => this.#backend.admit(principal, admission, deadline));
  }

  members(principal: string, deadline: Deadline): Promise<readonly Member[]> {
    return this.#step("members", () => this.#backend.members(principal, deadline));
  }

  bar(principal: string, bar: Bar, deadline: Deadline): Promise<readonly Member[]> {
    return this.#step("bar", () => this.#backend.bar(principal, bar, deadline));
  }

  dismiss(principal: string, members: readonly Member[], deadline: Deadline): Promise<void> {
    return this.#step("dismiss", () => this.#backend.dismiss(principal, members, deadline));
  }

  ids(): AsyncIterable<string> {
    return this.#backend.ids();
  }

  health(deadline: Deadline): Promise<Health> {
    return this.#backend.health(deadline);
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  #step<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const step: Step = {
        name,
        take: async (fault) => {
          this.pending.splice(this.pending.indexOf(step), 1);
          if (fault === "late" || fault === "twice") {
            step.left = fault;
            this.pending.push(step);
          }
          if (fault === "unsent") {
            reject(new StoreUnavailableError("unsent", { outcome: "none" }));
          } else if (fault === "dropped" || fault === "late") {
            reject(new StoreUnavailableError(fault, { outcome: "unknown" }));
          } else {
            const result = await run();
            if (fault === "replyLost")
              reject(new StoreUnavailableError("replyLost", { outcome: "unknown" }));
            else resolve(result);
          }
        },
      };
      this.pending.push(step);
    });
  }
}
