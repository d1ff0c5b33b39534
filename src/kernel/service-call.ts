/**
 * A call that the cloud itself makes, through the same checks as any other: of a service under its
 * own name, or in a role that it was handed.
 */
export interface ServiceCall {
  /** Service id (`kms`), operation and its input. */
  readonly service: string
  readonly operation: string
  readonly input: object
  /** Where the call acts. */
  readonly account: string
  readonly region: string
  /** The service that calls, `s3.amazonaws.com`. */
  readonly as: string
  /** ARN of a role that the service assumes first: its trust policy must let the service in. */
  readonly role?: string | undefined
  /** The name of the role's session. Default: the service's name. */
  readonly sessionName?: string | undefined
  /**
   * The principal of a call that the service goes on with, as it stood in that call: it acts with
   * the rights that this caller has now (AWS: forward access sessions).
   */
  readonly caller?: object | undefined
  /** The resource on whose behalf it calls: what `aws:SourceArn` and `aws:SourceAccount` say. */
  readonly sourceArn?: string | undefined
  readonly sourceAccount?: string | undefined
}

/** Resolves with the operation's output; rejects with the AwsError that any caller would get. */
export type CallService = (call: ServiceCall, signal?: AbortSignal) => Promise<object>
