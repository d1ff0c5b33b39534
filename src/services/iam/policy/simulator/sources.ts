import { compilePolicy, type CompiledPolicy } from "../../../../iam/policy/compile.ts"
import { parsePolicy, type PolicyKind } from "../../../../iam/policy/document.ts"
import type { PolicyLevels } from "../../../../iam/policy/decision.ts"
import { PolicyRefusal } from "../../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { invalidInput, type IdentityKind } from "../../errors.ts"
import { groupsOf } from "../../group/membership.ts"
import { attachedTo, type Holder } from "../attachment.ts"
import { inlineOf } from "../inline.ts"
import { managedPolicy } from "../managed.ts"
import { controlsOf } from "../../../organizations/port.ts"
import type { Entity } from "../entity.ts"
import { statementSpans, type Span } from "./positions.ts"

/** A policy that takes part in a simulation, and what the answer calls it. */
export interface Source {
  readonly id: string
  /** Recorded; the model's list of types has none of them. */
  readonly type: "IAM Policy" | "Resource Policy"
  readonly policy: CompiledPolicy
  /** Where the statements stand. */
  readonly spans: readonly Span[]
}

interface Draft {
  readonly id: string
  readonly text: string
  readonly kind: PolicyKind
}

/** Throws PolicyRefusal. */
function sourceOf({ id, text, kind }: Draft): Source {
  return {
    id,
    type: kind === "resource" ? "Resource Policy" : "IAM Policy",
    policy: compilePolicy(parsePolicy(text, { kind }), id),
    spans: statementSpans(text),
  }
}

/** A policy of the request. Throws InvalidInput, whose words are not verified. */
export function givenSource(draft: Draft): Source {
  try {
    return sourceOf(draft)
  } catch (error) {
    if (error instanceof PolicyRefusal) throw invalidInput(`${draft.id}: ${error.reason}`)
    throw error
  }
}

/** A policy that IAM keeps; one that cannot be read gives nothing, as in a real call. */
function keptSource(draft: Draft): Source[] {
  try {
    return [sourceOf(draft)]
  } catch (error) {
    if (error instanceof PolicyRefusal) return []
    throw error
  }
}

/** All that an identity's own policies say, of a user those of its groups also. */
export function sourcesOf(tx: ReadTx, entity: Entity): readonly Source[] {
  const own = sourcesOfHolder(tx, entity.kind, entity)
  if (entity.kind !== "user") return own
  return [...own, ...groupsOf(tx, entity).flatMap((group) => sourcesOfHolder(tx, "group", group))]
}

/** Inline policies are called after their holder (seen in answers of AWS), managed ones by name. */
function sourcesOfHolder(tx: ReadTx, kind: IdentityKind, holder: Holder): Source[] {
  const inline = inlineOf(tx, holder).map(({ name, document: text }) => ({
    id: `${kind}_${holder.name}_${name}`,
    text,
  }))
  const managed = attachedTo(tx, holder).flatMap(({ policyArn, policyName: id }) => {
    const policy = managedPolicy(tx, holder.account, policyArn)
    return policy ? [{ id, text: policy.document }] : []
  })
  return [...inline, ...managed].flatMap((one) => keptSource({ ...one, kind: "identity" }))
}

/** The entity's permissions boundary; one that is gone allows nothing. */
export function boundaryOf(
  tx: ReadTx,
  { account, boundary }: Entity,
): readonly Source[] | undefined {
  if (boundary === undefined) return undefined
  const policy = managedPolicy(tx, account, boundary)
  return policy ? keptSource({ id: policy.name, text: policy.document, kind: "boundary" }) : []
}

/** The service control policies above an account, level by level; RCPs AWS does not simulate. */
export const controlsAbove = (tx: ReadTx, account: string): PolicyLevels | undefined =>
  controlsOf(tx, account, "SERVICE_CONTROL_POLICY")?.map((level) =>
    level.flatMap(({ name, text }) =>
      keptSource({ id: name, text, kind: "scp" }).map(({ policy }) => policy),
    ),
  )
