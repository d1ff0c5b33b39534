import type { ReadTx } from "../kernel/transaction.ts"
import type { DecisionBasis } from "./decision-basis.ts"
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
  /** A role's trust policy (JSON text): without its Allow nobody gets in. */
  readonly trust?: string | undefined
  /** A key's policy: without its Allow, or a grant's, nobody gets in, not even the owner's root. */
  readonly policyMustAllow?: boolean | undefined
  /** What lets somebody in beside the resource's policy: it is for this action and request. */
  readonly grant?: AccessGrant | undefined
  /** No policy opens the action to other accounts, or closes it to the root of the owner's. */
  readonly ownerOnly?: boolean | undefined
  /** Condition keys beyond the global ones. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** A grant of a key or an ACL, as far as decisions see it: an Allow of the resource's policy. */
export interface AccessGrant {
  /** What explanations call it. */
  readonly name: string
  /** An ARN or unique id, as policies name principals, the name of a service, or `*` for everybody. */
  readonly grantee: string
}

/** A decision with what it stands on: nothing where nothing limits the caller. */
export type AccessDecision =
  | { readonly allowed: true; readonly basis?: DecisionBasis | undefined }
  | {
      readonly allowed: false
      /** Which kind of policy decided: the end of AWS's sentence, from `because` or `with` on. */
      readonly reason: string
      readonly basis?: DecisionBasis | undefined
    }

export interface AccessQuestion {
  readonly principal: Principal
  readonly request: AccessRequest
  readonly region: string
  /** Undefined where a service calls. */
  readonly sourceIp: string | undefined
  readonly secure: boolean
  readonly userAgent?: string | undefined
  readonly referer?: string | undefined
  /** The services through which the caller came, the first first: `s3.amazonaws.com`. */
  readonly via?: readonly string[] | undefined
  /** For whom a service acts. */
  readonly source?:
    | { readonly arn?: string | undefined; readonly account?: string | undefined }
    | undefined
}

/** Decides one access; pure in what it is given. */
export type AccessDecider = (tx: ReadTx, question: AccessQuestion) => AccessDecision
