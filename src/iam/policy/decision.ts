import type { Actor } from "./actor.ts"
import type { CompiledPolicy, CompiledStatement } from "./compile.ts"
import type { Context } from "./context.ts"

/** The kinds of policies that take part in a decision, in the order in which AWS asks them. */
export type PolicyType =
  | "rcp"
  | "scp"
  | "endpoint"
  | "resource"
  | "trust"
  | "identity"
  | "boundary"
  | "session"

/** Each level of an organization, from the root to the account: all of them must allow. */
export type PolicyLevels = readonly (readonly CompiledPolicy[])[]

/** What applies to one request. A kind that is left out does not limit. */
export interface PolicySets {
  /** Of the caller's account; left out for a management account. */
  readonly scps?: PolicyLevels | undefined
  /** Of the resource's account; left out for a management account. */
  readonly rcps?: PolicyLevels | undefined
  /** Of the VPC endpoint through which the request came. */
  readonly endpoint?: readonly CompiledPolicy[] | undefined
  /** The resource's own policies; a role's trust policy; a key's policy. */
  readonly resource?: readonly CompiledPolicy[] | undefined
  /** The caller's own, of its groups, of its role. */
  readonly identity?: readonly CompiledPolicy[] | undefined
  readonly boundary?: readonly CompiledPolicy[] | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
}

export interface DecisionRequest {
  readonly actor: Actor
  /** `sqs:SendMessage`. */
  readonly action: string
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string
  /** The account that owns the resource. */
  readonly resourceAccount: string
  readonly context: Context
  readonly policies: PolicySets
  /** The caller needs no policy of its own: root, and who may do what its account may. */
  readonly unlimited?: boolean | undefined
  /** Trust and key policies: without their Allow nobody gets in, not even the owner's root. */
  readonly resourceMustAllow?: boolean | undefined
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly explicit: true
      readonly type: PolicyType
      readonly policy: CompiledPolicy
      readonly statement: CompiledStatement
    }
  | { readonly allowed: false; readonly explicit: false; readonly type: PolicyType }

export const ALLOWED: Decision = Object.freeze({ allowed: true })

/** The set whose policy or policies hold a request. */
export interface PolicyGroup {
  readonly type: PolicyType
  readonly policies: readonly CompiledPolicy[]
}

/** All that applies to the request, in AWS's order; one group for each level of an organization. */
export function groupsOf({ actor, policies }: DecisionRequest): PolicyGroup[] {
  const groups: PolicyGroup[] = []
  const add = (type: PolicyType, list: readonly CompiledPolicy[] | undefined): void => {
    if (list) groups.push({ type, policies: list })
  }
  if (!actor.serviceLinked) {
    for (const level of policies.rcps ?? []) add("rcp", level)
    if (actor.account !== "") for (const level of policies.scps ?? []) add("scp", level)
  }
  add("endpoint", policies.endpoint)
  add(resourceType(policies.resource), policies.resource)
  add("identity", policies.identity)
  add("boundary", policies.boundary)
  add("session", policies.session)
  return groups
}

export const resourceType = (policies: readonly CompiledPolicy[] = []): "resource" | "trust" =>
  policies[0]?.kind === "trust" ? "trust" : "resource"
