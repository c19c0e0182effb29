// Sets a property that is data, whatever it is called.

/** As `object[key] = value`, but `__proto__` becomes a property like any other, as in `JSON.parse`. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else object[key] = value;
}
