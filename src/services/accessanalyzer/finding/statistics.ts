import type { ReadTx } from "../../../kernel/transaction.ts"
import {
  analyzerOfArn,
  isOfInternal,
  isOfUnused,
  onAnalyzerArn,
  type Analyzer,
} from "../analyzer/analyzer.ts"
import { op, type Out } from "../define.ts"
import { UNUSED_TYPES, type UnusedFinding } from "../unused/unused-finding.ts"
import { findingsAll, isUnused, type AnyFinding } from "./any-finding.ts"
import type { Finding } from "./finding.ts"

export const GetFindingsStatistics = op.read("GetFindingsStatistics", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn }, call): Out<"GetFindingsStatistics"> {
    const analyzer = analyzerOfArn(tx, analyzerArn, call)
    return {
      findingsStatistics: [statisticsOf(tx, analyzer)],
      lastUpdatedAt: analyzer.lastAnalyzedMs,
    }
  },
})

function statisticsOf(tx: ReadTx, analyzer: Analyzer) {
  const all = findingsAll(tx, analyzer)
  const count = (status: AnyFinding["status"]): number =>
    all.filter((finding) => finding.status === status).length
  const totals = {
    totalActiveFindings: count("ACTIVE"),
    totalArchivedFindings: count("ARCHIVED"),
    totalResolvedFindings: count("RESOLVED"),
  }
  if (isOfInternal(analyzer.type)) {
    const resourceTypeStatistics = internalStatistics(all)
    return { internalAccessFindingsStatistics: { resourceTypeStatistics, ...totals } }
  }
  const active = all.filter(({ status }) => status === "ACTIVE")
  return isOfUnused(analyzer.type)
    ? {
        unusedAccessFindingsStatistics: { ...unusedStatistics(active.filter(isUnused)), ...totals },
      }
    : {
        externalAccessFindingsStatistics: {
          resourceTypeStatistics: byResourceType(
            active.filter((one): one is Finding => !isUnused(one)),
          ),
          ...totals,
        },
      }
}

/** By the type of the resource, how many findings stand how. */
function internalStatistics(all: readonly AnyFinding[]) {
  const count = (some: readonly AnyFinding[], status: AnyFinding["status"]): number =>
    some.filter((finding) => finding.status === status).length
  return Object.fromEntries(
    [...Map.groupBy(all, ({ resourceType }) => resourceType)].map(([type, some]) => [
      type,
      {
        totalActiveFindings: count(some, "ACTIVE"),
        totalArchivedFindings: count(some, "ARCHIVED"),
        totalResolvedFindings: count(some, "RESOLVED"),
      },
    ]),
  )
}

interface ResourceTypeCounts {
  totalActivePublic: number
  totalActiveCrossAccount: number
}

function byResourceType(active: readonly Finding[]): Record<string, ResourceTypeCounts> {
  const statistics: Record<string, ResourceTypeCounts> = {}
  for (const { resourceType, isPublic } of active) {
    const counts = (statistics[resourceType] ??= {
      totalActivePublic: 0,
      totalActiveCrossAccount: 0,
    })
    if (isPublic) counts.totalActivePublic += 1
    else counts.totalActiveCrossAccount += 1
  }
  return statistics
}

/** "The top 10 accounts with the most active findings" (UnusedAccessFindingsStatistics). */
const TOP_ACCOUNTS = 10

function unusedStatistics(active: readonly UnusedFinding[]) {
  const byAccount = Map.groupBy(active, ({ owner }) => owner)
  return {
    unusedAccessTypeStatistics: UNUSED_TYPES.map((unusedAccessType) => ({
      unusedAccessType,
      total: active.filter(({ type }) => type === unusedAccessType).length,
    })),
    topAccounts: [...byAccount]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .slice(0, TOP_ACCOUNTS)
      .map(([account, own]) => ({
        account,
        numberOfActiveFindings: own.length,
        details: Object.fromEntries(
          [...Map.groupBy(own, ({ type }) => type)].map(([type, some]) => [type, some.length]),
        ),
      })),
  }
}
