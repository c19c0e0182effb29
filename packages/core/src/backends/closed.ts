// What a backend says to operations that come after its end.
import { StoreUnavailableError } from "../errors.ts";

/** After `close()`. Nothing was done. */
export function closed(): StoreUnavailableError {
  return new StoreUnavailableError(
    "The store is closed: close() was called before this operation.",
  );
}
