/** A request to an address that is of no Region, before it is known where it runs. */
export interface GlobalRequest {
  /** As a request without a host of its own would say it, with the name first. */
  readonly path: string
  /** The Region of the caller, as far as it says one. */
  readonly from: string
  /** The caller's account. */
  readonly account: string
}
