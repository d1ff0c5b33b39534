import type { AnalyzerConfiguration } from "../../../models/types/accessanalyzer.ts"
import type { In } from "../define.ts"
import { invalid, notThere } from "../errors.ts"
import { DEFAULT_AGE_DAYS, MOST_AGE_DAYS } from "../limits.ts"
import { isOfUnused, type Analyzer, type AnalyzerType, type UnusedSettings } from "./analyzer.ts"

/** Analyzers of internal access are not there. */
export function typeOf({ type }: In<"CreateAnalyzer">): AnalyzerType {
  switch (type) {
    case "ACCOUNT":
    case "ORGANIZATION":
    case "ACCOUNT_UNUSED_ACCESS":
    case "ORGANIZATION_UNUSED_ACCESS":
      return type
    default:
      throw notThere(`analyzers of type ${type}`)
  }
}

type Given = AnalyzerConfiguration | undefined

/** What a new analyzer looks for; nothing of one of external access. Throws ValidationException. */
export function settingsOf(type: AnalyzerType, given: Given): UnusedSettings | undefined {
  if (!isOfUnused(type)) {
    if (given) throw notConfigurable()
    return undefined
  }
  if (given?.internalAccess) throw notConfigurable()
  const { unusedAccessAge: ageDays = DEFAULT_AGE_DAYS, analysisRule } = given?.unusedAccess ?? {}
  if (ageDays < 1 || ageDays > MOST_AGE_DAYS)
    throw invalid("unusedAccessAge", `The unused access age must be 1 to ${MOST_AGE_DAYS} days.`)
  return { ageDays, exclusions: analysisRule?.exclusions ?? [] }
}

/** "unusedAccessAge … Update requires: Replacement" (AWS::AccessAnalyzer::Analyzer). */
export function changedSettings(
  { type, unused }: Analyzer,
  given: Given,
): UnusedSettings | undefined {
  if (!unused) return settingsOf(type, given)
  if (!given) return unused
  if (given.internalAccess) throw notConfigurable()
  const { unusedAccessAge, analysisRule } = given.unusedAccess ?? {}
  if (unusedAccessAge !== undefined && unusedAccessAge !== unused.ageDays)
    throw invalid("unusedAccessAge", "The unused access age of an analyzer cannot be changed.")
  return { ...unused, exclusions: analysisRule?.exclusions ?? [] }
}

const notConfigurable = () =>
  invalid("configuration", "An analyzer of external access has no configuration.")

export const configurationOf = ({
  ageDays,
  exclusions,
}: UnusedSettings): AnalyzerConfiguration => ({
  unusedAccess: {
    unusedAccessAge: ageDays,
    ...(exclusions.length > 0 && { analysisRule: { exclusions } }),
  },
})
