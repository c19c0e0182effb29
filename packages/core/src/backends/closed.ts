// The error of operations on a closed backend.
import { StoreUnavailableError } from "../errors.ts";

/** Nothing was done, so the outcome is `none`. */
export function closed(): StoreUnavailableError {
  return new StoreUnavailableError(
    "The store is closed: close() was called before this operation.",
  );
}
