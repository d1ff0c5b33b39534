import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Organization } from "../organization/organization.ts"
import { readPolicy, type PolicyNode } from "./language/document.ts"
import { effectiveErrors, type EffectiveError } from "./language/effective-error.ts"
import {
  contentOf,
  inherit,
  type EffectiveContent,
  type EffectiveNode,
} from "./language/inherit.ts"
import { any } from "./language/shape.ts"
import { tagPolicyContent, tagRules, type TagRule } from "./language/tag-policy.ts"
import { contentById } from "./policy.ts"
import type { PolicyType } from "./policy-type.ts"
import { attachedTo } from "./target.ts"

interface Wanted {
  readonly organization: Organization
  readonly type: PolicyType
  /** Ids from the root to the account. */
  readonly path: readonly string[]
}

/** The policy of a type that is in force in an account, as AWS shows it. */
export function effectiveContent(tx: ReadTx, wanted: Wanted): EffectiveContent {
  const node = effectiveNode(tx, wanted)
  return wanted.type === "TAG_POLICY" ? tagPolicyContent(node) : (contentOf(node) ?? {})
}

export const effectiveTagRules = (tx: ReadTx, wanted: Omit<Wanted, "type">): readonly TagRule[] =>
  tagRules(effectiveNode(tx, { ...wanted, type: "TAG_POLICY" }))

/** What makes the policy in force invalid; empty where it is valid. */
export const errorsOf = (tx: ReadTx, wanted: Wanted): readonly EffectiveError[] =>
  effectiveErrors(wanted.type, effectiveNode(tx, wanted))

/** Ids of the policies above the account that say something at a place of the effective policy. */
export const contributors = (
  tx: ReadTx,
  wanted: Wanted,
  place: readonly string[],
): readonly string[] =>
  wanted.path.flatMap((targetId) =>
    attachedTo(tx, { ...wanted, targetId }).filter((id) =>
      nodesOf(tx, id).some((node) => speaksOf(node, place)),
    ),
  )

function speaksOf(node: PolicyNode, place: readonly string[]): boolean {
  const [name, ...rest] = place
  if (name === undefined) return true
  const child = node.children.get(name)
  return child !== undefined && speaksOf(child, rest)
}

const effectiveNode = (tx: ReadTx, wanted: Wanted): EffectiveNode =>
  inherit(wanted.path.map((targetId) => levelOf(tx, wanted, targetId)))

function levelOf(
  tx: ReadTx,
  { organization, type }: Wanted,
  targetId: string,
): readonly PolicyNode[] {
  return attachedTo(tx, { organization, targetId, type }).flatMap((id) => nodesOf(tx, id))
}

function nodesOf(tx: ReadTx, policyId: string): readonly PolicyNode[] {
  const content = contentById(tx, policyId)
  // Its shape was checked when it was written: rules of later may be stricter.
  return content === undefined ? [] : [readPolicy(content, any)]
}
