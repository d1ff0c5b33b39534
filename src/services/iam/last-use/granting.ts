import { servicePrefixes } from "../../../iam/actions/actions.ts"
import { policyOrNothing, type PolicyDocument } from "../../../iam/policy/document.ts"
import { textMatcher, type Matcher } from "../../../iam/policy/match.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { IdentityKind } from "../errors.ts"
import { groupsOf } from "../group/membership.ts"
import { attachedTo, type Holder } from "../policy/attachment.ts"
import type { Entity } from "../policy/entity.ts"
import { inlineOf } from "../policy/inline.ts"
import { managedPolicy } from "../policy/managed.ts"

/** A policy with whose it is. */
export interface HeldPolicy {
  readonly name: string
  /** Of a managed one. */
  readonly arn?: string
  readonly text: string
  readonly holder: { readonly kind: IdentityKind; readonly name: string }
}

/** What an identity has, of a user what its groups have also. Boundaries give nothing. */
export function policiesHeldBy(tx: ReadTx, entity: Entity): readonly HeldPolicy[] {
  const own = heldBy(tx, entity.kind, entity)
  if (entity.kind !== "user") return own
  return [...own, ...groupsOf(tx, entity).flatMap((group) => heldBy(tx, "group", group))]
}

function heldBy(tx: ReadTx, kind: IdentityKind, holder: Holder): HeldPolicy[] {
  const whose = { holder: { kind, name: holder.name } }
  const inline = inlineOf(tx, holder).map(({ name, document: text }) => ({ name, text, ...whose }))
  const managed = attachedTo(tx, holder).flatMap(({ policyArn: arn, policyName: name }) => {
    const policy = managedPolicy(tx, holder.account, arn)
    return policy ? [{ name, arn, text: policy.document, ...whose }] : []
  })
  return [...inline, ...managed]
}

/** The services of which a policy allows something, by their prefixes in order. */
export function servicesAllowedBy(texts: readonly string[]): readonly string[] {
  const matchers = texts.flatMap((text) => servicesIn(policyOrNothing(text, { kind: "identity" })))
  return servicePrefixes().filter((prefix) => matchers.some((matches) => matches(prefix, NOTHING)))
}

/** Whether a policy allows something of a service. What others deny does not matter here. */
export const allowsService = (text: string, prefix: string): boolean =>
  servicesIn(policyOrNothing(text, { kind: "identity" })).some((matches) =>
    matches(prefix.toLowerCase(), NOTHING),
  )

const NOTHING = Object.freeze({ get: () => undefined })
const EVERY: Matcher = () => true

function servicesIn(document: PolicyDocument | undefined): readonly Matcher[] {
  const allows = document?.statements.filter(({ effect }) => effect === "Allow") ?? []
  return allows.flatMap(({ action }) => (action ? action.map(serviceMatcher) : [EVERY]))
}

const serviceMatcher = (action: string): Matcher =>
  textMatcher(action.split(":")[0]?.toLowerCase() ?? "", { variables: false, wildcards: true })
