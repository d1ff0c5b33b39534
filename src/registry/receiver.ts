import type { AccessRequest } from "../iam/access.ts"
import { implement, type Delivery, type Effect, type Receiver } from "../kernel/later/later.ts"
import type { ReadTx } from "../kernel/transaction.ts"

/** A receiver with what the sender must be allowed: asked in the transaction that delivers. */
export interface GuardedReceiver<Payload extends object> extends Receiver<Payload> {
  /** None: whoever emits may deliver. A refusal is an AwsError, like any other failed delivery. */
  authorize?(
    tx: ReadTx,
    payload: Payload,
    delivery: Delivery,
  ): AccessRequest | readonly AccessRequest[] | undefined
}

/** Declares how a service receives an effect, and what the service that sent it must be allowed. */
export function receive<Payload extends object>(
  of: Effect<Payload>,
  spec: Omit<GuardedReceiver<Payload>, "effect">,
): GuardedReceiver<Payload> {
  return implement(of, spec)
}
