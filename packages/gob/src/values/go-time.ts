// Converts time.Time to a Date and back. Nanoseconds and offset, which a Date lacks, are kept beside it.
import { type PrivateNotes, privateNotes } from "./private-notes.ts";

/** Seconds between Go's year 1 and the Unix epoch (time.go, unixToInternal). */
const UNIX_TO_GO = 62_135_596_800n;
const UTC_OFFSET = -1;

/** A point in time with Go's precision. */
export interface GoTime {
  /** Unix seconds. */
  readonly seconds: bigint;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** Seconds east of UTC; undefined is UTC itself, which Go distinguishes from a zone with offset 0. */
  readonly offset: number | undefined;
}

/** The bytes that a Date was read from. */
interface Origin {
  /** The value of `getTime()` then. If it differs now, the Date was set, and the bytes are outdated. */
  readonly milliseconds: number;
  readonly bytes: Uint8Array;
}

const origins: PrivateNotes<Origin> = privateNotes("time");

/**
 * Makes a Date that is written with these nanoseconds and this offset. A time outside a Date's range (270,000 years) gives an invalid
 * Date, which is still written correctly.
 *
 * @example
 * session.values.start = goTime({ seconds: 1_700_000_000, nanoseconds: 5, offset: 3600 });
 *
 * @throws RangeError for a time that Go cannot write.
 */
export function goTime(time: {
  seconds: bigint | number;
  nanoseconds?: number;
  offset?: number | undefined;
}): Date {
  const { seconds, nanoseconds = 0, offset } = time;
  const internal = BigInt(seconds) + UNIX_TO_GO;
  if (BigInt.asIntN(64, internal) !== internal)
    throw new RangeError("seconds must fit 64 bits, counted from year 1");
  if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999_999) {
    throw new RangeError("nanoseconds must be a whole number from 0 to 999,999,999");
  }
  const minutes = offset === undefined ? UTC_OFFSET : Math.trunc(offset / 60);
  const rest = offset === undefined ? 0 : offset % 60;
  // time.go, MarshalBinary: "unexpected zone offset"; -1 minute means UTC.
  if (
    offset !== undefined &&
    (!Number.isInteger(offset) || minutes === UTC_OFFSET || Math.abs(minutes) > 32_767)
  ) {
    throw new RangeError(
      "offset must be whole seconds, at most 32767 minutes, and not -60 to -119, which Go cannot write",
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

/** The time of a Date with Go's precision: as it was read or made with `goTime`, unless the Date was set since. */
export function goTimeOf(date: Date): GoTime {
  const bytes = Buffer.from(encodeTime(date));
  const minutes = bytes.readInt16BE(13);
  return {
    seconds: bytes.readBigInt64BE(1) - UNIX_TO_GO,
    nanoseconds: bytes.readInt32BE(9),
    // time.go, UnmarshalBinary adds the odd seconds as unsigned even if they were negative. This gives the same offset as Go.
    offset:
      minutes === UTC_OFFSET && bytes.length === 15 ? undefined : minutes * 60 + (bytes[15] ?? 0),
  };
}

/**
 * Reads the format of `Time.GobEncode`: version, seconds, nanoseconds, minutes of offset, and in version 2 seconds of offset (time.go,
 * UnmarshalBinary).
 *
 * @throws RangeError for bytes that are not a time.
 */
export function decodeTime(bytes: Buffer, start: number, length: number): Date {
  const version = length > 0 ? bytes[start] : undefined;
  if (version !== 1 && version !== 2) throw new RangeError("a time.Time of unknown version");
  if (length !== 14 + version) throw new RangeError(`a time.Time of ${length} bytes`);
  const seconds = bytes.readInt32BE(start + 1) * 2 ** 32 + bytes.readUInt32BE(start + 5);
  const nanoseconds = bytes.readInt32BE(start + 9);
  if (nanoseconds < 0 || nanoseconds > 999_999_999) {
    throw new RangeError("a time.Time with more than 999,999,999 nanoseconds");
  }
  // Seconds too large for a number are out of a Date's range too. The Date is then invalid, and only the bytes are used.
  const date = new Date((seconds - Number(UNIX_TO_GO)) * 1000 + Math.floor(nanoseconds / 1e6));
  const milliseconds = date.getTime();
  const isUtc = version === 1 && bytes.readInt16BE(start + 13) === UTC_OFFSET;
  if (!isUtc || nanoseconds % 1e6 !== 0 || Number.isNaN(milliseconds)) {
    origins.set(date, {
      milliseconds,
      bytes: new Uint8Array(bytes.subarray(start, start + length)),
    });
  }
  return date;
}

/** Writes the format of `Time.GobEncode`. A Date that was not read is in UTC. @throws RangeError for an invalid Date. */
export function encodeTime(date: Date): Uint8Array {
  const milliseconds = date.getTime();
  const origin = origins.get(date);
  if (origin && Object.is(origin.milliseconds, milliseconds)) return origin.bytes;
  if (Number.isNaN(milliseconds)) throw new RangeError("an invalid Date");
  const seconds = Math.floor(milliseconds / 1000);
  const bytes = Buffer.alloc(15);
  bytes[0] = 1;
  bytes.writeBigInt64BE(BigInt(seconds) + UNIX_TO_GO, 1);
  bytes.writeInt32BE((milliseconds - seconds * 1000) * 1e6, 9);
  bytes.writeInt16BE(UTC_OFFSET, 13);
  return bytes;
}

/** Go's `time.Time{}`: midnight on January 1 of year 1, UTC. */
export function zeroTime(): Date {
  return new Date(Number(-UNIX_TO_GO) * 1000);
}

/** True if Go leaves the time out of a struct (encode.go, isZero): it is zero and in UTC. */
export function isZeroTime(date: Date): boolean {
  const bytes = encodeTime(date);
  return (
    bytes.length === 15 &&
    bytes.every((byte, index) => byte === (index === 0 ? 1 : index < 13 ? 0 : 0xff))
  );
}
