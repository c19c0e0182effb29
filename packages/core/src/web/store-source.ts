// A store as applications give it to a middleware: the store, a promise of it, or a function that starts it.
import { ConfigError } from "../errors.ts";
import { onePerProcess } from "../one-per-process.ts";
import { warnOnce } from "../process-warning.ts";
import type { Records } from "../session/records.ts";
import { declareStoreLayout, type RediStore } from "../session/redi-store.ts";

/** A value, a promise of it, or a function that returns either: it is called at once, and again by a later request if it failed. */
export type SourceOf<Value> = Value | PromiseLike<Value> | (() => Value | PromiseLike<Value>);

/**
 * A store, or a promise of one, or a function that returns either. The function is called at once; if the start fails, a later request
 * calls it again. With a promise a failed start is final.
 */
export type StoreInput<Data extends object> = SourceOf<RediStore<Data>>;

/** The same for a store of another session library: records of `createRecords` will do, too. */
export type RecordsInput = SourceOf<RediStore<object> | Records<object>>;

/** The value that {@link SourceOf} stands for. Concurrent requests share one attempt to start it. */
export class Source<Value extends object> {
  readonly #start: (() => Value | PromiseLike<Value>) | undefined;
  readonly #check: (value: unknown) => Value;
  #value: Value | undefined;
  #attempt: Promise<Value> | undefined;

  /**
   * @param check returns the value if it is one; throws ConfigError otherwise. Called at once for a value, and for what a promise
   * resolves with.
   * @throws ConfigError, and what the function throws at its first call
   */
  constructor(input: SourceOf<Value>, check: (value: unknown) => Value) {
    this.#check = check;
    this.#start = typeof input === "function" ? input : undefined;
    const given = typeof input === "function" ? input() : input;
    if (isPromise(given)) this.#await(given);
    else this.#value = check(given);
  }

  /** The value, at once if it is there. Rejects with the error of the start. */
  open(): Value | Promise<Value> {
    if (this.#value) return this.#value;
    const start = this.#start;
    if (!this.#attempt && start) this.#await(new Promise((resolve) => resolve(start())));
    return this.#attempt as Promise<Value>;
  }

  /** A refusal fails every request. It is told at once, too, as it would be at a mount whose store is there. */
  #checked(value: Value): Value {
    try {
      return this.#check(value);
    } catch (error) {
      if (error instanceof ConfigError) warnOnce(error.message);
      throw error;
    }
  }

  #await(promise: PromiseLike<Value>): void {
    const attempt = Promise.resolve(promise).then((value) => (this.#value = this.#checked(value)));
    this.#attempt = attempt;
    attempt.catch(() => {
      // Requests get the error. If none comes, it is no unhandled rejection. A function is called again.
      if (this.#start) this.#attempt = undefined;
    });
  }
}

/**
 * The source of a store that was given to `by`.
 *
 * @param check checks the options against the store as soon as it is there
 * @throws ConfigError if `input` is no store, no promise and no function
 */
export function storeSource<Data extends object>(
  by: string,
  input: StoreInput<Data>,
  check?: (store: RediStore<Data>) => void,
): Source<RediStore<Data>> {
  declareStoreLayout();
  return new Source(input, (value) => {
    const store = assertStore<Data>(by, value);
    check?.(store);
    return store;
  });
}

/**
 * The source of the records that were given to `by`.
 *
 * @throws ConfigError if `input` has no records, and is no promise and no function
 */
export function recordsSource(by: string, input: RecordsInput): Source<Records<object>> {
  declareStoreLayout();
  return new Source(input as SourceOf<Records<object>>, (value) => assertRecords(by, value));
}

const sources = onePerProcess("store-sources/1", new WeakMap<object, Source<RediStore<object>>>());

/** The store of a call for one request. Calls with the same promise or function share one attempt. @throws ConfigError */
export function openStore<Data extends object>(
  by: string,
  input: StoreInput<Data>,
): RediStore<Data> | Promise<RediStore<Data>> {
  declareStoreLayout();
  if (typeof input !== "function" && !isPromise(input)) return assertStore(by, input);
  const known = sources.get(input) as Source<RediStore<Data>> | undefined;
  if (known) return known.open();
  const source = storeSource(by, input);
  sources.set(input, source);
  return source.open();
}

function assertStore<Data extends object>(by: string, value: unknown): RediStore<Data> {
  const store = value as Partial<RediStore<Data>> | null | undefined;
  if (typeof store?.load === "function" && typeof store.needsSave === "function") {
    return store as RediStore<Data>;
  }
  const records = typeof store?.load === "function" ? " that createRecords made" : "";
  throw new ConfigError(
    `${by} takes a store first, or a promise of one, or a function that returns either: ${by}(await createStore(...), ...). It got ${typeName(value)}${records}.`,
  );
}

/** Those of a store, or the records themselves. */
function assertRecords(by: string, value: unknown): Records<object> {
  const given = Object(value) as { readonly records?: unknown };
  const records = (given.records ?? given) as Partial<Records<object>>;
  if (typeof records.load === "function" && typeof records.ids === "function") {
    return records as Records<object>;
  }
  throw new ConfigError(
    `${by} takes what createRecords or createStore returns, or a promise of it, or a function that returns either. It got ${typeName(value)}. ` +
      "In place of the options of another store, pass: await createRecords(withClient(client), withKeyPrefix(prefix)).",
  );
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function isPromise(input: unknown): input is PromiseLike<never> {
  return typeof (input as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
