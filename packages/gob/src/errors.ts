// The errors of this package: which value is wrong, where it is, and what was expected.

/** A step from a value to one inside it: a key or field name, or an index. */
export type PathStep = string | number;

/**
 * The bytes are not a gob of the expected type, or gob cannot represent the value. The message has names, types and positions,
 * never data. A store throws it as the `cause` of its `SerializationError`.
 */
export class GobError extends Error {
  override readonly name = "GobError";
  /** The path to the value (`cart.items[2]`); empty if the error concerns the whole. */
  readonly path: string;
  /** The offset of the wrong byte; undefined when writing. */
  readonly offset: number | undefined;

  constructor(reason: string, path: string, offset?: number) {
    const place = [path && `at ${path}`, offset !== undefined && `byte ${offset}`]
      .filter(Boolean)
      .join(", ");
    super(place ? `gob: ${reason} (${place})` : `gob: ${reason}`);
    this.path = path;
    this.offset = offset;
  }
}

/** Two types do not match. Thrown by code that does not know the position; the decoder turns it into a GobError. */
export class TypeMismatch extends Error {
  override readonly name = "TypeMismatch";
}

/** Joins steps to `cart.items[2]`. A key that is not an identifier is quoted, and shortened if it is long. */
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

/** Makes a name from untrusted bytes safe for a message: quoted, escaped, and at most 80 characters long. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}
