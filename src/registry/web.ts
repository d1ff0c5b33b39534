import type { ReadTx } from "../kernel/transaction.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"

/** Where answers about certificates are asked for, whatever the host. */
export const OCSP_PATH = "/_cloudarium/ocsp"

/** What stands behind a web site that a service serves. */
export interface WebContext {
  readonly region: string
  read<T>(look: (tx: ReadTx) => T): Promise<T>
  /** A new id for an answer that is none of the API's. */
  requestId(): string
  /** Asks the cloud's API as nobody in particular. */
  api(request: WireRequest): Promise<WireResponse>
}

/** A request for a page, not for an API. */
export interface WebRequest extends WireRequest {
  /** The site that is meant: what of the host names it. */
  readonly site: string
  /** The site's own host, or one that somebody has pointed at it. */
  readonly own: boolean
}
