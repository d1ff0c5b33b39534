import { actionsIn } from "../../../iam/analysis/action-set.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"
import { supportsResourceControl } from "../../../iam/policy/resource-control.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { controlsOf } from "../../organizations/port.ts"
import type { AnalyzedResource } from "./analyzed-resource.ts"

/**
 * Whether there is an RCP that could take from what a finding tells: "IAM Access Analyzer does not
 * include it in the evaluation of effective permissions" (API: ExternalAccessDetails).
 */
export function rcpRestriction(
  tx: ReadTx,
  { arn, owner }: Pick<AnalyzedResource, "arn" | "owner">,
): "APPLICABLE" | "NOT_APPLICABLE" {
  // Roles are assumed by an action of STS.
  const service = arn.split(":")[2] === "iam" ? "sts" : (arn.split(":")[2] ?? "")
  if (!supportsResourceControl(`${service}:`)) return "NOT_APPLICABLE"
  const texts = (controlsOf(tx, owner, "RESOURCE_CONTROL_POLICY") ?? []).flat()
  const denies = texts.some(({ text }) =>
    (policyOrNothing(text, { kind: "rcp" })?.statements ?? []).some(
      (statement) =>
        statement.effect === "Deny" &&
        [...actionsIn(statement)].some((action) => action.startsWith(`${service}:`)),
    ),
  )
  return denies ? "APPLICABLE" : "NOT_APPLICABLE"
}
