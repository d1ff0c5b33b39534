import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import {
  analyzerOfArn,
  analyzers,
  isOfExternal,
  onAnalyzerArn,
  type Analyzer,
} from "../analyzer/analyzer.ts"
import { workingZone } from "../analyzer/zone.ts"
import { op, type Out } from "../define.ts"
import { externalOnly, missing } from "../errors.ts"
import { findingsOf } from "../finding/finding.ts"
import { LISTED_ROWS, RESOURCE_FINDINGS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { analyzedResources, type AnalyzedResource } from "./analyzed-resource.ts"
import { analyze, forget, type Found } from "./scan.ts"
import { BY_POLICY } from "./share.ts"
import { isIn, rowsOf, SOURCES, type Source } from "./sources.ts"

/** "Immediately starts a scan of the policies applied to the specified resource": it is done at once. */
export const StartResourceScan = op.write("StartResourceScan", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn, resourceArn }, call): Out<"StartResourceScan"> {
    const analyzer = analyzerOfArn(tx, analyzerArn, call)
    if (!isOfExternal(analyzer.type)) throw externalOnly()
    const found = findResource(tx, analyzer, resourceArn)
    const known = tx.get(analyzedResources, [analyzer.id, resourceArn])
    if (found) analyze(tx, analyzer, { ...found, zone: workingZone(tx, analyzer) })
    else if (known) forget(tx, analyzer, known)
    else throw missing("Resource", resourceArn)
    tx.replace(analyzers, analyzer, {
      ...analyzer,
      lastResource: resourceArn,
      lastAnalyzedMs: tx.now,
    })
    return {}
  },
})

export const GetAnalyzedResource = op.read("GetAnalyzedResource", {
  authorize: onAnalyzerArn,
  run(tx, { analyzerArn, resourceArn }, call): Out<"GetAnalyzedResource"> {
    const analyzer = analyzerOfArn(tx, analyzerArn, call)
    if (!isOfExternal(analyzer.type)) throw externalOnly()
    const resource = tx.get(analyzedResources, [analyzer.id, resourceArn])
    if (!resource) throw missing("Resource", resourceArn)
    const status = statusOf(tx, analyzer, resourceArn)
    const { createdMs, analyzedMs, updatedMs, isPublic, actions } = resource
    return {
      resource: {
        ...summary(resource),
        createdAt: createdMs,
        analyzedAt: analyzedMs,
        updatedAt: updatedMs,
        isPublic,
        ...(actions.length > 0 && { actions, sharedVia: sharedVia(tx, analyzer, resourceArn) }),
        ...(status && { status }),
      },
    }
  },
})

export const ListAnalyzedResources = op.read("ListAnalyzedResources", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"ListAnalyzedResources"> {
    const { id } = analyzerOfArn(tx, input.analyzerArn, call)
    const all = tx.scan(analyzedResources, { prefix: [id], limit: LISTED_ROWS }).rows
    const wanted = all.filter(
      ({ type }) => input.resourceType === undefined || input.resourceType === type,
    )
    const { items, more } = pageOf(wanted, input)
    return { analyzedResources: items.map(summary), ...more }
  },
})

const summary = ({ arn, owner, type }: AnalyzedResource) => ({
  resourceArn: arn,
  resourceOwnerAccount: owner,
  resourceType: type,
})

/** By what a resource is shared now. */
function sharedVia(tx: ReadTx, analyzer: Analyzer, resource: string): readonly string[] {
  const all = findingsOf(tx, analyzer, { resource, limit: RESOURCE_FINDINGS })
  const shared = all.filter(({ status }) => status !== "RESOLVED")
  return [
    ...new Set(shared.flatMap(({ sources = [BY_POLICY] }) => sources.map(({ type }) => type))),
  ]
}

/** The status of a resource's findings: one that is active counts most. */
function statusOf(tx: ReadTx, analyzer: Analyzer, resource: string) {
  const all = findingsOf(tx, analyzer, { resource, limit: RESOURCE_FINDINGS })
  const order = ["ACTIVE", "ARCHIVED", "RESOLVED"] as const
  return order.find((status) => all.some((finding) => finding.status === status))
}

/** The row of a resource that can be analyzed. */
function findResource(tx: WriteTx, analyzer: Analyzer, arn: string): Found | undefined {
  const parts = parseArn(arn)
  // ARNs of buckets name no account.
  const owners = workingZone(tx, analyzer).accounts.filter(
    (account) => !parts?.account || parts.account === account,
  )
  for (const source of SOURCES) {
    if (source.type.split("::")[1]?.toLowerCase() !== parts?.service) continue
    for (const account of owners) {
      const row = findRow(tx, source, { arn, account, region: analyzer.region })
      if (row) return { source, row, account }
    }
  }
  return undefined
}

interface Wanted {
  readonly arn: string
  readonly account: string
  readonly region: string
}

function findRow(tx: WriteTx, source: Source, { arn, ...place }: Wanted): object | undefined {
  let after: string | undefined
  for (let read = 0; read < LISTED_ROWS; read += PAGE) {
    const range = { ...rowsOf(source, place), after, limit: PAGE }
    const { rows, next } = tx.scan(source.resource.table, range)
    const row = rows.find((one) => source.resource.arn(one) === arn)
    if (row) return isIn(source, row, place.region) ? row : undefined
    if (next === undefined) return undefined
    after = next
  }
  return undefined
}

const PAGE = 500
