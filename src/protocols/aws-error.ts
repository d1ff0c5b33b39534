/** The fault side that AWS names in XML errors: the caller's or the service's. */
export type Fault = "Sender" | "Receiver"

export interface AwsErrorOptions {
  /** HTTP status, where the model does not give it. Default 400 (Sender) or 500 (Receiver). */
  readonly status?: number
  readonly fault?: Fault
  /** Further members of a modelled error shape, by member name. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * An error that the caller gets, in the protocol of the request. `code` is the name of the
 * modelled error shape, or, for AWS's common errors, the code itself. Everything else that is
 * thrown is our bug and becomes `InternalFailure`.
 */
export class AwsError extends Error {
  readonly code: string
  readonly options: AwsErrorOptions
  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message)
    this.name = code
    this.code = code
    this.options = options
  }
}
