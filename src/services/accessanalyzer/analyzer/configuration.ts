import type { AnalyzerConfiguration } from "../../../models/types/accessanalyzer.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import { DEFAULT_AGE_DAYS, MOST_AGE_DAYS } from "../limits.ts"
import {
  isOfInternal,
  isOfOrganization,
  isOfUnused,
  type Analyzer,
  type AnalyzerType,
  type InternalSettings,
  type UnusedSettings,
} from "./analyzer.ts"

type Given = In<"CreateAnalyzer">["configuration"]

const TYPES: readonly AnalyzerType[] = [
  ...(["ACCOUNT", "ACCOUNT_UNUSED_ACCESS", "ACCOUNT_INTERNAL_ACCESS"] as const),
  ...(["ORGANIZATION", "ORGANIZATION_UNUSED_ACCESS", "ORGANIZATION_INTERNAL_ACCESS"] as const),
]

/** Throws NotImplemented for a type that AWS may add later. */
export function typeOf(text: string): AnalyzerType {
  const type = TYPES.find((one) => one === text)
  if (type === undefined) throw notImplemented(`analyzers of type ${text}`)
  return type
}

/** What an analyzer looks for; nothing of one of external access. */
export type Settings = Pick<Analyzer, "unused" | "internal">

/** Throws ValidationException. */
export function settingsOf(type: AnalyzerType, given: Given): Settings {
  if (isOfUnused(type)) return { unused: unusedSettings(given) }
  if (isOfInternal(type)) return { internal: internalSettings(type, given, 0) }
  if (given) throw notConfigurable()
  return {}
}

/** "unusedAccessAge … Update requires: Replacement" (AWS::AccessAnalyzer::Analyzer). */
export function changedSettings({ type, unused, internal }: Analyzer, given: Given): Settings {
  if (internal)
    return given ? { internal: internalSettings(type, given, internal.round + 1) } : { internal }
  if (!unused) return settingsOf(type, given)
  if (!given) return { unused }
  if (given.internalAccess) throw otherKind("internalAccess", type)
  const { unusedAccessAge, analysisRule } = given.unusedAccess ?? {}
  if (unusedAccessAge !== undefined && unusedAccessAge !== unused.ageDays)
    throw invalid("unusedAccessAge", "The unused access age of an analyzer cannot be changed.")
  return { unused: { ...unused, exclusions: analysisRule?.exclusions ?? [] } }
}

function unusedSettings(given: Given): UnusedSettings {
  if (given?.internalAccess) throw otherKind("internalAccess", "unused access")
  const { unusedAccessAge: ageDays = DEFAULT_AGE_DAYS, analysisRule } = given?.unusedAccess ?? {}
  if (ageDays < 1 || ageDays > MOST_AGE_DAYS)
    throw invalid("unusedAccessAge", `The unused access age must be 1 to ${MOST_AGE_DAYS} days.`)
  return { ageDays, exclusions: analysisRule?.exclusions ?? [] }
}

/** "These resource types are currently supported for internal access analyzers". */
const INTERNAL_TYPES: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["AWS::S3::Bucket", "AWS::S3Express::DirectoryBucket", "AWS::RDS::DBSnapshot"],
    ...["AWS::RDS::DBClusterSnapshot", "AWS::DynamoDB::Table", "AWS::DynamoDB::Stream"],
  ]),
)

function internalSettings(type: AnalyzerType, given: Given, round: number): InternalSettings {
  if (given?.unusedAccess) throw otherKind("unusedAccess", type)
  const inclusions = given?.internalAccess?.analysisRule?.inclusions ?? []
  for (const { accountIds = [], resourceTypes = [], resourceArns = [] } of inclusions) {
    if (accountIds.length > 0 && !isOfOrganization(type))
      throw invalid("accountIds", "Account IDs can only be used by organization analyzers.")
    const other = resourceTypes.find((one) => !INTERNAL_TYPES.has(one))
    if (other !== undefined)
      throw invalid("resourceTypes", `Internal access analyzers do not support ${other}.`)
    // "ARNs must be exact matches – wildcards are not supported."
    if (resourceArns.some((arn) => /[*?]/.test(arn)))
      throw invalid("resourceArns", "Wildcards are not supported in resource ARNs.")
  }
  return { inclusions, round }
}

const otherKind = (name: string, type: string) =>
  invalid("configuration", `An analyzer of ${type} has no configuration ${name}.`)

const notConfigurable = () =>
  invalid("configuration", "An analyzer of external access has no configuration.")

/** What GetAnalyzer tells; undefined of an analyzer of external access. */
export function configurationOf({ unused, internal }: Settings): AnalyzerConfiguration | undefined {
  if (internal) return { internalAccess: { analysisRule: { inclusions: internal.inclusions } } }
  if (!unused) return undefined
  const { ageDays, exclusions } = unused
  return {
    unusedAccess: {
      unusedAccessAge: ageDays,
      ...(exclusions.length > 0 && { analysisRule: { exclusions } }),
    },
  }
}
