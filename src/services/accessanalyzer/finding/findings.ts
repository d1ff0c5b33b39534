import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { analyzerOfArn, onAnalyzerArn, type Analyzer } from "../analyzer/analyzer.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, missing } from "../errors.ts"
import { LISTED_ROWS, RESOURCE_FINDINGS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { assertCriteria, isProperty, meets, propertyOf } from "./criteria.ts"
import { findings, findingsOf, type Finding } from "./finding.ts"

export const GetFinding = op.read("GetFinding", {
  authorize: onAnalyzerArn,
  run: (tx, input, call): Out<"GetFinding"> => ({ finding: detail(findFinding(tx, input, call)) }),
})

export const GetFindingV2 = op.read("GetFindingV2", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"GetFindingV2"> {
    const finding = findFinding(tx, input, call)
    const { action, condition, isPublic, principal, sources } = detail(finding)
    const externalAccessDetails = { action, condition, isPublic, principal, sources }
    return { ...summaryV2(finding), findingDetails: [{ externalAccessDetails }] }
  },
})

export const ListFindings = op.read("ListFindings", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListFindings"> {
    const { items, more } = pageOf(matching(tx, input, call), input)
    return { findings: items.map(detail), ...more }
  },
})

export const ListFindingsV2 = op.read("ListFindingsV2", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListFindingsV2"> {
    const { items, more } = pageOf(matching(tx, input, call), input)
    return { findings: items.map(summaryV2), ...more }
  },
})

/** What is resolved stays so: only access that is there can be archived or brought back. */
export const UpdateFindings = op.write("UpdateFindings", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn, status: asked, ids, resourceArn }, call): Out<"UpdateFindings"> {
    const status = asked === "ACTIVE" ? "ACTIVE" : "ARCHIVED"
    const analyzer = analyzerOfArn(tx, analyzerArn, call)
    if ((ids === undefined) === (resourceArn === undefined))
      throw invalid("ids", "Specify either ids or resourceArn.")
    const found =
      ids?.map((id) => findingOfId(tx, analyzer, id)) ??
      findingsOf(tx, analyzer, { resource: resourceArn ?? "", limit: RESOURCE_FINDINGS })
    for (const finding of found) {
      if (finding.status === "RESOLVED" || finding.status === status) continue
      tx.replace(findings, finding, { ...finding, status, updatedMs: tx.now })
    }
    return {}
  },
})

export const GetFindingsStatistics = op.read("GetFindingsStatistics", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn }, call): Out<"GetFindingsStatistics"> {
    const analyzer = analyzerOfArn(tx, analyzerArn, call)
    const all = rowsOf(tx, analyzer)
    const count = (status: Finding["status"]): number =>
      all.filter((finding) => finding.status === status).length
    const resourceTypeStatistics: Record<string, ResourceTypeCounts> = {}
    for (const { status, resourceType, isPublic } of all) {
      if (status !== "ACTIVE") continue
      const counts = (resourceTypeStatistics[resourceType] ??= noneCounted())
      if (isPublic) counts.totalActivePublic += 1
      else counts.totalActiveCrossAccount += 1
    }
    const externalAccessFindingsStatistics = {
      resourceTypeStatistics,
      totalActiveFindings: count("ACTIVE"),
      totalArchivedFindings: count("ARCHIVED"),
      totalResolvedFindings: count("RESOLVED"),
    }
    return {
      findingsStatistics: [{ externalAccessFindingsStatistics }],
      lastUpdatedAt: analyzer.lastAnalyzedMs,
    }
  },
})

interface ResourceTypeCounts {
  totalActivePublic: number
  totalActiveCrossAccount: number
}

const noneCounted = (): ResourceTypeCounts => ({ totalActivePublic: 0, totalActiveCrossAccount: 0 })

const rowsOf = (tx: ReadTx, { id }: Analyzer): readonly Finding[] =>
  tx.scan(findings, { prefix: [id], limit: LISTED_ROWS }).rows

type Named = Pick<In<"GetFinding">, "analyzerArn" | "id">

const findFinding = (tx: ReadTx, { analyzerArn, id }: Named, call: Call): Finding =>
  findingOfId(tx, analyzerOfArn(tx, analyzerArn, call), id)

function findingOfId(tx: ReadTx, analyzer: Analyzer, id: string): Finding {
  const finding = tx.get(findings, [analyzer.id, id])
  if (!finding) throw missing("Finding", id)
  return finding
}

/** The findings that a filter lets through, in the order that is asked for: by default the newest first. */
function matching(
  tx: ReadTx,
  { analyzerArn, filter = {}, sort }: Pick<In<"ListFindings">, "analyzerArn" | "filter" | "sort">,
  call: Call,
): readonly Finding[] {
  const analyzer = analyzerOfArn(tx, analyzerArn, call)
  assertCriteria(filter)
  const name = sort?.attributeName ?? "updatedAt"
  if (!isProperty(name)) throw invalid("sort", `${name} is not a valid attribute to sort by.`)
  const rising = (sort?.orderBy ?? (sort ? "ASC" : "DESC")) === "ASC" ? 1 : -1
  const found = rowsOf(tx, analyzer).filter((finding) => meets(finding, filter))
  return found.toSorted((a, b) => {
    const [one = "", other = ""] = [propertyOf(a, name), propertyOf(b, name)]
    return one === other ? 0 : one < other ? -rising : rising
  })
}

const times = ({ createdMs, analyzedMs, updatedMs }: Finding) => ({
  createdAt: createdMs,
  analyzedAt: analyzedMs,
  updatedAt: updatedMs,
})

const detail = (finding: Finding) => ({
  id: finding.id,
  principal: finding.principal,
  action: finding.actions,
  resource: finding.resource,
  isPublic: finding.isPublic,
  resourceType: finding.resourceType,
  condition: finding.condition,
  ...times(finding),
  status: finding.status,
  resourceOwnerAccount: finding.owner,
  sources: [{ type: "POLICY" as const }],
})

const summaryV2 = (finding: Finding) => ({
  id: finding.id,
  resource: finding.resource,
  resourceType: finding.resourceType,
  resourceOwnerAccount: finding.owner,
  ...times(finding),
  status: finding.status,
  findingType: "ExternalAccess" as const,
})
