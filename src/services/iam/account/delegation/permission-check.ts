import { newAccess } from "../../../../iam/analysis/compare.ts"
import type { PolicyText } from "../../../../iam/caller-policies.ts"
import { policyOrNothing, type PolicyDocument } from "../../../../iam/policy/document.ts"
import type { Principal } from "../../../../iam/principal.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { controlsOf } from "../../../organizations/port.ts"
import { policiesOfCaller } from "../../policy/identity-policies.ts"
import type { DelegationRequest } from "./delegation-request.ts"

export type PermissionCheck = "ALLOWED" | "DENIED" | "UNSURE"

/**
 * Whether the caller has all that a request asks for: "an approximate result". ALLOWED is proof, by
 * the comparison of policies that Access Analyzer uses; where conditions are in the way nobody knows
 * ("most likely for cases when the caller has permissions with conditions").
 */
export function checkPermissions(
  tx: ReadTx,
  { policy }: DelegationRequest,
  principal: Principal,
): PermissionCheck {
  const asked = policyOrNothing(policy, { kind: "session" })
  const layers = layersOf(tx, principal).map(joined)
  if (!asked || layers.every((layer) => newAccess(layer, asked).length === 0)) return "ALLOWED"
  return layers.some(isConditional) ? "UNSURE" : "DENIED"
}

/** Sets of policies each of which must allow; none of root outside an organization. */
function layersOf(tx: ReadTx, principal: Principal): readonly (readonly PolicyText[])[] {
  const own = policiesOfCaller(tx, principal)
  return [
    ...(own?.identity ? [own.identity] : []),
    ...(own?.boundary ? [[own.boundary]] : []),
    ...(controlsOf(tx, principal.account, "SERVICE_CONTROL_POLICY") ?? []),
  ]
}

/** Several policies as one; what cannot be read gives nothing. */
const joined = (policies: readonly PolicyText[]): PolicyDocument => ({
  kind: "identity",
  version: "2012-10-17",
  statements: policies.flatMap(
    ({ text }) => policyOrNothing(text, { kind: "identity" })?.statements ?? [],
  ),
})

const isConditional = ({ statements }: PolicyDocument): boolean =>
  statements.some(({ conditions }) => conditions.length > 0)
