// A promise with its resolve and reject functions, as Promise.withResolvers (Node 22) makes it.

export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(this: void, value: Value): void;
  reject(this: void, error: unknown): void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let resolve!: Deferred<Value>["resolve"];
  let reject!: Deferred<Value>["reject"];
  const promise = new Promise<Value>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
