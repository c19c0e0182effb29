// The one error of this package: which value, where in the bytes, and what was expected there.

/** A step from a value to one inside it: a key or field, or an index. */
export type PathStep = string | number;

/**
 * Bytes that are no gob of the expected type, or a value that gob cannot carry. The message holds names, types and places,
 * never data. A store wraps it in its `SerializationError`, as `cause`.
 */
export class GobError extends Error {
  override readonly name = "GobError";
  /** The path to the value (`cart.items[2]`); empty where the whole is to blame. */
  readonly path: string;
  /** Reading only: the offset of the offending byte. */
  readonly offset: number | undefined;

  constructor(reason: string, path: string, offset?: number) {
    const where = [path && `at ${path}`, offset !== undefined && `byte ${offset}`]
      .filter(Boolean)
      .join(", ");
    super(where ? `gob: ${reason} (${where})` : `gob: ${reason}`);
    this.path = path;
    this.offset = offset;
  }
}

/** `cart.items[2]`. A key that is no identifier is quoted, and cut where it is long. */
export function formatPath(steps: readonly (PathStep | undefined)[]): string {
  let path = "";
  for (const step of steps) {
    if (step === undefined) break;
    if (typeof step === "number") path += `[${step}]`;
    else if (/^[\p{L}_$][\p{L}\p{N}_$-]{0,79}$/u.test(step)) path += path ? `.${step}` : step;
    else path += `[${quote(step)}]`;
  }
  return path;
}

/** A name from foreign bytes, fit for a message: quoted, escaped, and no longer than a line. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}
