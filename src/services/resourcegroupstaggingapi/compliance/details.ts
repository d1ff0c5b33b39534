import type { ReadTx } from "../../../kernel/transaction.ts"
import { tagFaults, tagRulesOf } from "../../organizations/port.ts"
import type { Out } from "../define.ts"
import type { Tagged } from "../resource/kind.ts"

type Mapping = NonNullable<Out<"GetResources">["ResourceTagMappingList"]>[number]
export type ComplianceDetails = Required<NonNullable<Mapping["ComplianceDetails"]>>

/** A resource held against the tag policies in force in its account. */
export function complianceOf(
  tx: ReadTx,
  account: string,
  { arn, tags }: Tagged,
): ComplianceDetails {
  const { wrongKeys, wrongValues, missingKeys } = tagFaults(tagRulesOf(tx, account), arn, tags)
  return {
    NoncompliantKeys: wrongKeys,
    KeysWithNoncompliantValues: wrongValues,
    MissingTagKeys: missingKeys,
    ComplianceStatus: wrongKeys.length + wrongValues.length + missingKeys.length === 0,
  }
}
