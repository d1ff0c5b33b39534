import type { ReadTx } from "../kernel/transaction.ts"
import type { Principal } from "./principal.ts"

/** One thing that an operation wants to do: what the policy engine decides on. */
export interface AccessRequest {
  /** IAM action, `sqs:SendMessage`. */
  readonly action: string
  /** ARN of the resource, or `*` where the action has none. */
  readonly resource: string
  /** The account that owns the resource. */
  readonly owner: string
  /** The resource's own policy (JSON text), where it has one. */
  readonly policy?: string | undefined
  /** Condition keys beyond the global ones. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

export type AccessDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      /** Which kind of policy decided, in the words of AWS's denial messages. */
      readonly reason: string
    }

export interface AccessQuestion {
  readonly principal: Principal
  readonly request: AccessRequest
  readonly region: string
  readonly sourceIp: string
  readonly secure: boolean
}

/** Decides one access; pure in what it is given. */
export type AccessDecider = (tx: ReadTx, question: AccessQuestion) => AccessDecision

/**
 * What holds before there are identities with policies: an account's own callers may do what they
 * ask in their account, nobody else may. Resource policies need the policy engine.
 */
export const accountBoundary: AccessDecider = (_tx, { principal, request }) => {
  if (principal.type === "service" || principal.account === request.owner) return { allowed: true }
  return {
    allowed: false,
    reason: `no resource-based policy allows the ${request.action} action`,
  }
}
