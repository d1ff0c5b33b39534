import type { Zone } from "../../../iam/analysis/external-access.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { analyzers, sameAnalyzer, type Analyzer, type AnalyzerRef } from "../analyzer/analyzer.ts"
import { accountAfter, accountFrom, workingZone } from "../analyzer/zone.ts"
import { findings, findingsOf } from "../finding/finding.ts"
import { resolveFinding, setFindings } from "../finding/keeping.ts"
import {
  REANALYZE_MS,
  RESOLVED_KEPT_MS,
  RESOURCE_FINDINGS,
  SCAN_PERIOD_MS,
  SCAN_STEP,
} from "../limits.ts"
import { analyzedResources, type AnalyzedResource } from "./analyzed-resource.ts"
import { rcpRestriction } from "./restriction.ts"
import { shareOf } from "./share.ts"
import { isIn, openingsFor, rowsOf, SOURCES, type Source } from "./sources.ts"

/** Where a scan is: at a source's rows, then among what was analyzed, then among the findings. */
export interface ScanRef {
  readonly analyzer: AnalyzerRef
  /** Index of the source; behind the last the two sweeps. */
  readonly source: number
  /** The account whose rows are looked at; absent: the first of the zone. */
  readonly account?: string | undefined
  readonly after?: string | undefined
}

/** What has few rows is looked at together: a scan of an idle cloud is one commit. */
const STEPS_AT_ONCE = 16

/** Some steps of a scan of all resources; the last step plans the next scan. */
export const scanJob = job<ScanRef>("accessanalyzer/scan", {
  run(tx, ref) {
    const start = { analyzer: ref.analyzer, source: 0, account: undefined, after: undefined }
    let at = ref
    let zone: Zone | undefined
    for (let steps = 0; steps < STEPS_AT_ONCE; steps += 1) {
      const analyzer = sameAnalyzer(tx, ref.analyzer)
      if (!analyzer) return
      zone ??= workingZone(tx, analyzer)
      const next = stepOf(tx, analyzer, { ref: at, zone })
      if (!next) return void tx.schedule(scanJob, start, tx.now + SCAN_PERIOD_MS)
      at = { ...start, ...next }
      if (next.after !== undefined) break
    }
    tx.schedule(scanJob, at, tx.now)
  },
})

interface Step {
  readonly ref: ScanRef
  readonly zone: Zone
}

/** Does a step; tells where the next one begins, undefined at the end. */
function stepOf(
  tx: WriteTx,
  analyzer: Analyzer,
  { ref, zone }: Step,
): Omit<ScanRef, "analyzer"> | undefined {
  const source = SOURCES[ref.source]
  if (!source) {
    const first = ref.source === SOURCES.length
    const after = (first ? sweepResources : sweepFindings)(tx, analyzer, { after: ref.after, zone })
    if (after !== undefined) return { source: ref.source, after }
    return first ? { source: ref.source + 1 } : undefined
  }
  const account = accountFrom(zone, ref.account)
  if (account === undefined) return { source: ref.source + 1 }
  const after = account === ref.account ? ref.after : undefined
  const next = scanSource(tx, analyzer, { source, account, zone, after })
  if (next !== undefined) return { source: ref.source, account, after: next }
  const other = accountAfter(zone, account)
  return other === undefined ? { source: ref.source + 1 } : { source: ref.source, account: other }
}

interface Place {
  readonly source: Source
  readonly account: string
  readonly zone: Zone
  readonly after?: string | undefined
}

function scanSource(
  tx: WriteTx,
  analyzer: Analyzer,
  { source, account, zone, after }: Place,
): string | undefined {
  const { table } = source.resource
  const { region } = analyzer
  const range = { ...rowsOf(source, { account, region }), after, limit: SCAN_STEP }
  const { rows, next } = tx.scan(table, range)
  let last: string | undefined
  for (const row of rows) {
    if (!isIn(source, row, region)) continue
    const arn = source.resource.arn(row)
    const known = tx.get(analyzedResources, [analyzer.id, arn])
    const openings = JSON.stringify(openingsFor(tx, source, row))
    const same = known !== undefined && known.openings === openings
    if (same && tx.now - known.analyzedMs < REANALYZE_MS) continue
    analyze(tx, analyzer, { source, row, account, zone })
    last = arn
  }
  if (last !== undefined)
    tx.replace(analyzers, analyzer, { ...analyzer, lastResource: last, lastAnalyzedMs: tx.now })
  return next
}

/** A resource with its owner, and who is trusted with it. */
export interface Found {
  readonly source: Source
  readonly row: object
  readonly account: string
}

/** Looks at one resource's policy: what it gives to others becomes findings. */
export function analyze(
  tx: WriteTx,
  analyzer: Analyzer,
  { source, row, account, zone }: Found & { readonly zone: Zone },
): void {
  const { resource, type } = source
  const openings = openingsFor(tx, source, row)
  const looked = JSON.stringify(openings)
  const arn = resource.arn(row)
  const given = shareOf(source, openings, zone)
  const subject = { arn, type, owner: account }
  const rcp = rcpRestriction(tx, subject)
  setFindings(tx, analyzer, { subject, given: given.map((share) => ({ ...share, rcp })) })
  const known = tx.get(analyzedResources, [analyzer.id, arn])
  const analyzed: AnalyzedResource = {
    analyzerId: analyzer.id,
    ...subject,
    key: resource.table.spec.key(row).map(String),
    openings: looked,
    isPublic: given.some(({ isPublic }) => isPublic),
    actions: [...new Set(given.flatMap(({ actions }) => actions))].toSorted(),
    createdMs: known?.createdMs ?? tx.now,
    analyzedMs: tx.now,
    updatedMs: known && known.openings === looked ? known.updatedMs : tx.now,
  }
  tx.put(analyzedResources, analyzed)
}

interface Sweep {
  readonly after: string | undefined
  readonly zone: Zone
}

/** What is no longer there, or no longer in the zone, gives nothing to anybody. */
function sweepResources(
  tx: WriteTx,
  analyzer: Analyzer,
  { after, zone }: Sweep,
): string | undefined {
  const range = { prefix: [analyzer.id], after, limit: SCAN_STEP }
  const { rows, next } = tx.scan(analyzedResources, range)
  // A disabled analyzer looks at nothing, and forgets nothing.
  if (zone.accounts.length === 0) return undefined
  for (const row of rows)
    if (!zone.accounts.includes(row.owner) || !isThere(tx, row)) forget(tx, analyzer, row)
  return next
}

function isThere(tx: WriteTx, { type, key, arn }: AnalyzedResource): boolean {
  const source = SOURCES.find((one) => one.type === type)
  const row = source && tx.get(source.resource.table, key)
  return row !== undefined && source?.resource.arn(row) === arn
}

export function forget(tx: WriteTx, analyzer: Analyzer, gone: AnalyzedResource): void {
  const range = { resource: gone.arn, limit: RESOURCE_FINDINGS }
  for (const finding of findingsOf(tx, analyzer, range)) resolveFinding(tx, finding)
  tx.remove(analyzedResources, gone)
}

function sweepFindings(tx: WriteTx, { id }: Analyzer, { after }: Sweep): string | undefined {
  const { rows, next } = tx.scan(findings, { prefix: [id], after, limit: SCAN_STEP })
  for (const finding of rows)
    if (finding.status === "RESOLVED" && tx.now - finding.updatedMs >= RESOLVED_KEPT_MS)
      tx.remove(findings, finding)
  return next
}
