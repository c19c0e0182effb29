// Tells which of the cookies beside a good one of the same name are stale: ours without doubt, and of no use any more.
import type { Codec } from "../codec/codec.ts";
import type { Records } from "./records.ts";

/** What came beside a good cookie: at least one that is stale. */
export interface StaleCookies {
  /** A stale one came behind the good one; browsers send longer paths first (RFC 6265, section 5.4). */
  readonly behind: boolean;
  /** One came that no key of ours has signed: it may belong to another application. */
  readonly foreign: boolean;
}

/** The cookie that was accepted. */
export interface GoodCookie {
  readonly value: string;
  /** The id it names, and the one that its session has by now. */
  readonly ids: readonly string[];
}

/** What came with `good`; undefined where nothing of it is stale. Costs a read for each other id behind the good one. */
export async function staleBeside<Data extends object>(
  good: GoodCookie,
  name: string,
  values: Iterable<string>,
  codec: Codec,
  records: Records<Data>,
): Promise<StaleCookies | undefined> {
  let [stale, behind, foreign, passed] = [false, false, false, false];
  const others: string[] = [];
  for (const value of values) {
    if (value === good.value) {
      passed = true;
      continue;
    }
    const decoded = codec.decode(name, value);
    if (decoded.rejected === undefined) {
      if (good.ids.includes(decoded.id)) continue;
      // Whatever could be decoded before the good one was looked at, and had no session, or it would have been the good one.
      if (passed) {
        others.push(decoded.id);
        continue;
      }
    } else if (decoded.rejected !== "expired") {
      foreign = true;
      continue;
    }
    stale = true;
    behind ||= passed;
  }
  // All at once: together they take no longer than one operation may.
  const gone = await Promise.all(others.map((id) => isGone(records, id)));
  if (gone.includes(true)) stale = behind = true;
  return stale ? { behind, foreign } : undefined;
}

async function isGone<Data extends object>(records: Records<Data>, id: string): Promise<boolean> {
  try {
    return (await records.load(id)).state !== "live";
  } catch {
    // The session of the good cookie is there, and must not be lost to a record that nobody asked for. What is unknown is not stale.
    return false;
  }
}
