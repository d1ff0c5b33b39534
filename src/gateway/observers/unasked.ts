import { StoreFailedError, StoreUnavailable } from "../../kernel/store-errors.ts"

/**
 * Reports what has failed of work that nobody waits for. Whoever closes or resets the cloud at this
 * moment does not ask for it any more.
 */
export const reportUnasked =
  (what: string, report: (what: string, error: unknown) => void) =>
  (error: unknown): void => {
    if (!(error instanceof StoreUnavailable || error instanceof StoreFailedError))
      report(what, error)
  }
