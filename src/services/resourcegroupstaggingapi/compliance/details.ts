import { tagFaults, type TagRule } from "../../organizations/port.ts"
import type { Out } from "../define.ts"
import type { Tagged } from "../resource/kind.ts"

type Mapping = NonNullable<Out<"GetResources">["ResourceTagMappingList"]>[number]
export type ComplianceDetails = Required<NonNullable<Mapping["ComplianceDetails"]>>

/** A resource held against the rules in force in its account, which are read once for many. */
export function complianceOf(rules: readonly TagRule[], { arn, tags }: Tagged): ComplianceDetails {
  const { wrongKeys, wrongValues, missingKeys } = tagFaults(rules, arn, tags)
  return {
    NoncompliantKeys: wrongKeys,
    KeysWithNoncompliantValues: wrongValues,
    MissingTagKeys: missingKeys,
    ComplianceStatus: wrongKeys.length + wrongValues.length + missingKeys.length === 0,
  }
}
