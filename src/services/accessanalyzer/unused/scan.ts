import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { entityUsages, type EntityUsage } from "../../iam/port.ts"
import { noteLast, sameAnalyzer, type Analyzer, type AnalyzerRef } from "../analyzer/analyzer.ts"
import { accountAfter, accountFrom, workingZone } from "../analyzer/zone.ts"
import { archivedByRule } from "../archive-rule/archive-rule.ts"
import { DAY_MS, DEFAULT_AGE_DAYS, RESOLVED_KEPT_MS, SCAN_STEP, UNUSED_STEP } from "../limits.ts"
import { recommendations } from "../recommendation/recommendation.ts"
import { subjectOf, unusedFindings, type Unused, type UnusedFinding } from "./unused-finding.ts"
import { unusedOf } from "./unused.ts"

/** Where a scan is: at an account's roles, at its users, or among the findings. */
interface ScanRef {
  readonly analyzer: AnalyzerRef
  readonly startedMs: number
  readonly stage: "role" | "user" | "sweep"
  readonly account?: string | undefined
  readonly after?: string | undefined
}

/** One step of a scan of all users and roles; the last plans the next, a day later. */
export const unusedScanJob = job<ScanRef>("accessanalyzer/scanUnused", {
  run(tx, ref) {
    const analyzer = sameAnalyzer(tx, ref.analyzer)
    if (!analyzer) return
    const next = stepOf(tx, analyzer, ref)
    const { startedMs } = ref
    if (next) tx.schedule(unusedScanJob, { analyzer: ref.analyzer, startedMs, ...next }, tx.now)
    else planUnusedScan(tx, ref.analyzer, startedMs + DAY_MS)
  },
})

/** "re-evaluates all active findings every 24 hours". */
export function planUnusedScan(tx: WriteTx, analyzer: AnalyzerRef, atMs: number): void {
  const startedMs = Math.max(atMs, tx.now)
  tx.schedule(unusedScanJob, { analyzer, startedMs, stage: "role" }, startedMs)
}

type Next = Omit<ScanRef, "analyzer" | "startedMs">

/** Does a step; tells where the next one begins, undefined at the end. */
function stepOf(tx: WriteTx, analyzer: Analyzer, ref: ScanRef): Next | undefined {
  const zone = workingZone(tx, analyzer)
  const { stage } = ref
  if (stage === "sweep") {
    // A disabled analyzer looks at nothing, and forgets nothing.
    const after = zone.accounts.length === 0 ? undefined : sweep(tx, analyzer, ref)
    return after === undefined ? undefined : { stage, after }
  }
  const account = accountFrom(zone, ref.account)
  if (account === undefined) return { stage: "sweep" }
  const after = account === ref.account ? ref.after : undefined
  const { rows, next } = entityUsages(tx, account, { kind: stage, after, limit: UNUSED_STEP })
  for (const usage of rows) analyzeUsage(tx, analyzer, usage)
  if (next !== undefined) return { stage, account, after: next }
  if (stage === "role") return { stage: "user", account }
  const other = accountAfter(zone, account)
  return other === undefined ? { stage: "sweep" } : { stage: "role", account: other }
}

function analyzeUsage(tx: WriteTx, analyzer: Analyzer, usage: EntityUsage): void {
  noteLast(tx, analyzer, usage.arn)
  if (isExcluded(analyzer, usage)) return
  const sinceMs = tx.now - (analyzer.unused?.ageDays ?? DEFAULT_AGE_DAYS) * DAY_MS
  for (const unused of unusedOf(usage, sinceMs)) keep(tx, analyzer, { usage, unused })
}

/** An exclusion names accounts, tags, or both; of several tags one is enough. */
function isExcluded({ unused }: Analyzer, { account, tags }: EntityUsage): boolean {
  return (unused?.exclusions ?? []).some(({ accountIds, resourceTags }) => {
    const ofAccount = !accountIds?.length || accountIds.includes(account)
    const tagged = (wanted: Readonly<Record<string, string>>): boolean =>
      Object.entries(wanted).every(([key, value]) => tags[key] === value)
    const ofTags = !resourceTags?.length || resourceTags.some(tagged)
    return ofAccount && ofTags
  })
}

interface Seen {
  readonly usage: EntityUsage
  readonly unused: Unused
}

function keep(tx: WriteTx, analyzer: Analyzer, { usage, unused }: Seen): void {
  const prefix = [analyzer.id, usage.arn, subjectOf(unused)]
  const known = tx.first(unusedFindings, { index: "bySubject", prefix })
  if (!known) {
    const finding: UnusedFinding = {
      analyzerId: analyzer.id,
      id: tx.random("accessanalyzer/finding").uuid(),
      resource: usage.arn,
      resourceType: usage.kind === "role" ? "AWS::IAM::Role" : "AWS::IAM::User",
      owner: usage.account,
      ...unused,
      status: "ACTIVE",
      createdMs: tx.now,
      analyzedMs: tx.now,
      updatedMs: tx.now,
    }
    tx.insert(unusedFindings, archivedByRule(tx, analyzer, finding))
    return
  }
  const reopened = known.status === "RESOLVED"
  const same = !reopened && JSON.stringify(partsOf(known)) === JSON.stringify(partsOf(unused))
  const updatedMs = same ? known.updatedMs : tx.now
  const changed = { ...known, ...unused, analyzedMs: tx.now, updatedMs }
  const row = reopened ? archivedByRule(tx, analyzer, { ...changed, status: "ACTIVE" }) : changed
  tx.replace(unusedFindings, known, row)
}

const partsOf = ({ usedMs, services }: Unused) => [usedMs, services]

/** What this scan has not found is used now, or gone; what was resolved long ago is forgotten. */
function sweep(tx: WriteTx, { id }: Analyzer, { startedMs, after }: ScanRef): string | undefined {
  const { rows, next } = tx.scan(unusedFindings, { prefix: [id], after, limit: SCAN_STEP })
  for (const one of rows) {
    if (one.status === "RESOLVED") {
      if (tx.now - one.updatedMs < RESOLVED_KEPT_MS) continue
      tx.delete(recommendations, [id, one.id])
      tx.remove(unusedFindings, one)
    } else if (one.analyzedMs < startedMs) {
      const times = { analyzedMs: tx.now, updatedMs: tx.now }
      tx.replace(unusedFindings, one, { ...one, status: "RESOLVED", ...times })
    }
  }
  return next
}
