// time.Time as a Date, with what a Date has no room for kept beside it.
import { type PrivateNotes, privateNotes } from "./private-notes.ts";

/** Seconds between Go's year 1 and the Unix epoch (time.go, unixToInternal). */
const UNIX_TO_GO = 62_135_596_800n;
const UTC_OFFSET = -1;

/** A point in time as Go has it. */
export interface GoTime {
  /** Unix seconds. */
  readonly seconds: bigint;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** Seconds east of UTC; undefined is UTC itself (Go tells it from a zone with offset 0). */
  readonly offset: number | undefined;
}

interface Read {
  /** What `getTime()` was then: a Date can be set. */
  readonly milliseconds: number;
  readonly bytes: Uint8Array;
}

const read: PrivateNotes<Read> = privateNotes();

/**
 * A Date that is written as this very time: with nanoseconds and offset. Outside of what a Date can hold (270,000 years) it is an
 * invalid Date, and still written as it should be.
 *
 * @throws RangeError for what Go cannot write.
 */
export function goTime(time: {
  seconds: bigint | number;
  nanoseconds?: number;
  offset?: number | undefined;
}): Date {
  const { seconds, nanoseconds = 0, offset } = time;
  const internal = BigInt(seconds) + UNIX_TO_GO;
  if (BigInt.asIntN(64, internal) !== internal)
    throw new RangeError("the seconds do not fit 64 bits");
  if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999_999) {
    throw new RangeError("nanoseconds are 0 to 999,999,999");
  }
  const minutes = offset === undefined ? UTC_OFFSET : Math.trunc(offset / 60);
  const rest = offset === undefined ? 0 : offset % 60;
  // time.go, MarshalBinary: "unexpected zone offset"; -1 minute means UTC.
  if (
    offset !== undefined &&
    (!Number.isInteger(offset) || minutes === UTC_OFFSET || Math.abs(minutes) > 32_767)
  ) {
    throw new RangeError(
      "the offset is in seconds, at most 32767 minutes, and not in the minute before UTC",
    );
  }
  const bytes = Buffer.alloc(rest === 0 ? 15 : 16);
  bytes[0] = rest === 0 ? 1 : 2;
  bytes.writeBigInt64BE(internal, 1);
  bytes.writeInt32BE(nanoseconds, 9);
  bytes.writeInt16BE(minutes, 13);
  if (rest !== 0) bytes.writeInt8(rest, 15);
  return decodeTime(bytes, 0, bytes.length);
}

/** The time that a Date stands for: as it was read or made, as long as it was not set. */
export function goTimeOf(date: Date): GoTime {
  const bytes = Buffer.from(encodeTime(date));
  const minutes = bytes.readInt16BE(13);
  return {
    seconds: bytes.readBigInt64BE(1) - UNIX_TO_GO,
    nanoseconds: bytes.readInt32BE(9),
    // time.go, UnmarshalBinary adds the odd seconds unsigned, also where they were negative; so does this, to say what Go sees.
    offset:
      minutes === UTC_OFFSET && bytes.length === 15 ? undefined : minutes * 60 + (bytes[15] ?? 0),
  };
}

/**
 * The Date of what `Time.GobEncode` wrote, which lies in `bytes`: version, seconds, nanoseconds, minutes of offset, and, in version
 * 2, seconds of it (time.go, UnmarshalBinary).
 *
 * @throws RangeError for bytes that are no time.
 */
export function decodeTime(bytes: Buffer, start: number, length: number): Date {
  const version = length > 0 ? bytes[start] : undefined;
  if (version !== 1 && version !== 2) throw new RangeError("a time.Time of unknown version");
  if (length !== 14 + version) throw new RangeError(`a time.Time of ${length} bytes`);
  const seconds = bytes.readInt32BE(start + 1) * 2 ** 32 + bytes.readUInt32BE(start + 5);
  const nanoseconds = bytes.readInt32BE(start + 9);
  if (nanoseconds < 0 || nanoseconds > 999_999_999) {
    throw new RangeError("a time.Time with more nanoseconds than a second has");
  }
  // Where the seconds are no longer exact they are out of a Date's range, and the bytes are what counts.
  const date = new Date((seconds - Number(UNIX_TO_GO)) * 1000 + Math.floor(nanoseconds / 1e6));
  const milliseconds = date.getTime();
  const isUtc = version === 1 && bytes.readInt16BE(start + 13) === UTC_OFFSET;
  if (!isUtc || nanoseconds % 1e6 !== 0 || Number.isNaN(milliseconds)) {
    read.set(date, { milliseconds, bytes: new Uint8Array(bytes.subarray(start, start + length)) });
  }
  return date;
}

/** What `Time.GobEncode` writes; a Date that was not read is in UTC. @throws RangeError for an invalid Date. */
export function encodeTime(date: Date): Uint8Array {
  const milliseconds = date.getTime();
  const known = read.get(date);
  if (known && Object.is(known.milliseconds, milliseconds)) return known.bytes;
  if (Number.isNaN(milliseconds)) throw new RangeError("an invalid Date");
  const seconds = Math.floor(milliseconds / 1000);
  const bytes = Buffer.alloc(15);
  bytes[0] = 1;
  bytes.writeBigInt64BE(BigInt(seconds) + UNIX_TO_GO, 1);
  bytes.writeInt32BE((milliseconds - seconds * 1000) * 1e6, 9);
  bytes.writeInt16BE(UTC_OFFSET, 13);
  return bytes;
}

/** Go's `time.Time{}`: midnight of January 1 of year 1, UTC. */
export function zeroTime(): Date {
  return new Date(Number(-UNIX_TO_GO) * 1000);
}

/** Whether Go leaves it out of a struct (encode.go, isZero): zero and in UTC. */
export function isZeroTime(date: Date): boolean {
  const bytes = encodeTime(date);
  return (
    bytes.length === 15 &&
    bytes.every((byte, index) => byte === (index === 0 ? 1 : index < 13 ? 0 : 0xff))
  );
}
