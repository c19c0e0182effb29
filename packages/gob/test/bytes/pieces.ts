// Builds gob streams from their parts, for bytes that no encoder writes.

export type Piece = number | string | Buffer | readonly Piece[];

/** Joins pieces: a number is a byte, a string its UTF-8 bytes, and a list its pieces. */
export function bytes(...pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map(piecesToBytes));
}

function piecesToBytes(piece: Piece): Buffer {
  if (typeof piece === "number") return Buffer.of(piece);
  if (typeof piece === "string") return Buffer.from(piece);
  return Buffer.isBuffer(piece) ? piece : Buffer.concat(piece.map(piecesToBytes));
}

/** An unsigned integer. */
export function uint(value: number): number[] {
  if (value < 0x80) return [value];
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [256 - digits.length, ...digits];
}

/** A signed integer. */
export function int(value: number): number[] {
  return uint(value < 0 ? -value * 2 - 1 : value * 2);
}

/** A string, or a name. */
export function text(value: string): Piece[] {
  return [uint(Buffer.byteLength(value)), value];
}

/** The pieces after their length. */
export function sized(...pieces: readonly Piece[]): Piece[] {
  const content = bytes(...pieces);
  return [uint(content.length), content];
}

/** An interface value of a type that needs no definition. */
export function inInterface(name: string, id: number, ...value: readonly Piece[]): Piece[] {
  return [text(name), int(id), sized(0, ...value)];
}

/** Type definitions. Each ends a message. */
export const define = {
  map: (id: number, keyId: number, elem: number): Piece[] => [
    int(-id),
    4,
    1,
    2,
    int(id),
    0,
    1,
    int(keyId),
    1,
    int(elem),
    0,
    0,
  ],
  slice: (id: number, elem: number): Piece[] => [int(-id), 2, 1, 2, int(id), 0, 1, int(elem), 0, 0],
  array: (id: number, elem: number, length: number): Piece[] => [
    int(-id),
    1,
    1,
    2,
    int(id),
    0,
    1,
    int(elem),
    1,
    int(length),
    0,
    0,
  ],
  /** `form` is 5 for a GobEncoder and 6 for a BinaryMarshaler. */
  opaque: (id: number, form: number): Piece[] => [int(-id), form, 1, 2, int(id), 0, 0, 0],
  struct: (
    id: number,
    name: string,
    ...fields: readonly (readonly [string, number])[]
  ): Piece[] => [
    [int(-id), 3, 1, 1, text(name), 1, int(id), 0],
    [1, uint(fields.length), fields.map(([field, type]) => [1, text(field), 1, int(type), 0])],
    [0, 0],
  ],
};

/** The definition of the session's type, 65, and a message with a session of `count` entries. */
export function session(count: number, ...entries: readonly Piece[]): Buffer {
  return bytes(sized(define.map(65, 8, 8)), sized(int(65), 0, uint(count), ...entries));
}

/** A session with one value at "k", sent after the definition of its type. */
export function defined(
  name: string,
  id: number,
  definition: Piece[],
  ...value: readonly Piece[]
): Buffer {
  return bytes(
    sized(define.map(65, 8, 8)),
    sized(int(65), 0, 1, key("k"), text(name), definition),
    sized(int(id), sized(...value)),
  );
}

/** A string key. */
export function key(name: string): Piece[] {
  return inInterface("string", 6, text(name));
}
