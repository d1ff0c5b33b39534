import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { analyzerOfArn, isOfExternal, onAnalyzerArn, type Analyzer } from "../analyzer/analyzer.ts"
import { op, type In, type Out } from "../define.ts"
import { externalOnly, invalid, missing } from "../errors.ts"
import { LISTED_ROWS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { assertCriteria, isProperty, meets, propertyOf } from "./criteria.ts"
import type { InternalDetails } from "../internal/internal.ts"
import { unusedDetails } from "../unused/details.ts"
import {
  findAny,
  findingsAbout,
  findingsAll,
  isUnused,
  setStatus,
  type AnyFinding,
} from "./any-finding.ts"
import { findings, sourcesOf, type Finding } from "./finding.ts"

export const GetFinding = op.read("GetFinding", {
  authorize: onAnalyzerArn,
  run: (tx, input, call): Out<"GetFinding"> => ({ finding: detail(findExternal(tx, input, call)) }),
})

export const GetFindingV2 = op.read("GetFindingV2", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"GetFindingV2"> {
    const finding = findAny(tx, analyzerOfArn(tx, input.analyzerArn, call), input.id)
    if (isUnused(finding)) {
      const { items, more } = pageOf(unusedDetails(finding), input)
      return { ...summaryV2(finding), findingDetails: items, ...more }
    }
    if (finding.internal) {
      const internalAccessDetails = internalDetails(finding, finding.internal)
      return { ...summaryV2(finding), findingDetails: [{ internalAccessDetails }] }
    }
    const { action, condition, isPublic, principal, sources, ...more } = detail(finding)
    const { resourceControlPolicyRestriction } = more
    const externalAccessDetails = {
      ...{ action, condition, isPublic, principal, sources, resourceControlPolicyRestriction },
    }
    return { ...summaryV2(finding), findingDetails: [{ externalAccessDetails }] }
  },
})

export const ListFindings = op.read("ListFindings", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListFindings"> {
    const all = tx.scan(findings, {
      ...{ prefix: [externalAnalyzer(tx, input.analyzerArn, call).id], limit: LISTED_ROWS },
    }).rows
    const { items, more } = pageOf(matching(all, input), input)
    return { findings: items.map(detail), ...more }
  },
})

export const ListFindingsV2 = op.read("ListFindingsV2", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListFindingsV2"> {
    const all = findingsAll(tx, analyzerOfArn(tx, input.analyzerArn, call))
    const { items, more } = pageOf(matching(all, input), input)
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
      ids?.map((id) => findAny(tx, analyzer, id)) ?? findingsAbout(tx, analyzer, resourceArn ?? "")
    for (const finding of found) {
      if (finding.status === "RESOLVED" || finding.status === status) continue
      setStatus(tx, finding, status)
    }
    return {}
  },
})

type Named = Pick<In<"GetFinding">, "analyzerArn" | "id">

/** "This operation is supported only for external access analyzers." Throws ValidationException. */
function externalAnalyzer(tx: ReadTx, arn: string, call: Call): Analyzer {
  const analyzer = analyzerOfArn(tx, arn, call)
  if (!isOfExternal(analyzer.type)) throw externalOnly()
  return analyzer
}

function findExternal(tx: ReadTx, { analyzerArn, id }: Named, call: Call): Finding {
  const analyzer = externalAnalyzer(tx, analyzerArn, call)
  const finding = tx.get(findings, [analyzer.id, id])
  if (!finding) throw missing("Finding", id)
  return finding
}

/** The findings that a filter lets through, in the order that is asked for: by default the newest first. */
function matching<Of extends AnyFinding>(
  all: readonly Of[],
  { filter = {}, sort }: Pick<In<"ListFindings">, "filter" | "sort">,
): readonly Of[] {
  assertCriteria(filter)
  const name = sort?.attributeName ?? "updatedAt"
  if (!isProperty(name)) throw invalid("sort", `${name} is not a valid attribute to sort by.`)
  const rising = (sort?.orderBy ?? (sort ? "ASC" : "DESC")) === "ASC" ? 1 : -1
  const found = all.filter((finding) => meets(finding, filter))
  return found.toSorted((a, b) => {
    const [one = "", other = ""] = [propertyOf(a, name), propertyOf(b, name)]
    return one === other ? 0 : one < other ? -rising : rising
  })
}

const times = ({ createdMs, analyzedMs, updatedMs }: AnyFinding) => ({
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
  sources: sourcesOf(finding),
  resourceControlPolicyRestriction: finding.rcp,
})

const internalDetails = (finding: Finding, internal: InternalDetails) => ({
  ...{ action: finding.actions, condition: finding.condition, principal: finding.principal },
  principalOwnerAccount: internal.principalOwner,
  ...{ accessType: internal.accessType, principalType: internal.principalType },
  sources: sourcesOf(finding),
  resourceControlPolicyRestriction: internal.rcp,
  serviceControlPolicyRestriction: internal.scp,
})

function findingTypeOf(finding: AnyFinding) {
  if (isUnused(finding)) return finding.type
  return finding.internal ? ("InternalAccess" as const) : ("ExternalAccess" as const)
}

const summaryV2 = (finding: AnyFinding) => ({
  id: finding.id,
  resource: finding.resource,
  resourceType: finding.resourceType,
  resourceOwnerAccount: finding.owner,
  ...times(finding),
  status: finding.status,
  findingType: findingTypeOf(finding),
})
