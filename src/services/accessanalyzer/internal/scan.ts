import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { entityUsages } from "../../iam/port.ts"
import {
  noteLast,
  refOf,
  sameAnalyzer,
  type Analyzer,
  type AnalyzerRef,
} from "../analyzer/analyzer.ts"
import { accountAfter, accountFrom, workingZone } from "../analyzer/zone.ts"
import { findings } from "../finding/finding.ts"
import { keepFinding, resolveFinding } from "../finding/keeping.ts"
import { DAY_MS, RESOLVED_KEPT_MS, SCAN_STEP, UNUSED_STEP } from "../limits.ts"
import { BY_POLICY } from "../resource/share.ts"
import { isIn, rowsOf, SOURCES } from "../resource/sources.ts"
import { internalShares, isIncluded, isLookedInto, type Looked } from "./internal.ts"

/** Where a scan is: at a resource of an account and, for it, at the principals of another. */
interface Place {
  readonly source: number
  readonly account?: string | undefined
  /** Behind which resource of the account. */
  readonly after?: string | undefined
  /** Whose principals come next, and of which kind; absent: from the first. */
  readonly principals?:
    | {
        readonly account: string
        readonly kind: "role" | "user"
        readonly after?: string | undefined
      }
    | undefined
}

interface ScanRef {
  readonly analyzer: AnalyzerRef
  readonly round: number
  readonly startedMs: number
  /** Absent: among the findings. */
  readonly place?: Place | undefined
  readonly swept?: string | undefined
}

const SEEN = Object.freeze(SOURCES.filter(isLookedInto))

/** One step of a scan: one resource, and some users or roles. The last plans the next, a day later. */
export const internalScanJob = job<ScanRef>("accessanalyzer/scanInternal", {
  run(tx, ref) {
    const analyzer = sameAnalyzer(tx, ref.analyzer)
    if (analyzer?.internal?.round !== ref.round) return
    if (ref.place) {
      const place = placeAfter(tx, analyzer, ref.place)
      tx.schedule(internalScanJob, { ...ref, place }, tx.now)
      return
    }
    const swept = sweep(tx, analyzer, ref)
    if (swept === undefined) planInternalScan(tx, analyzer, ref.startedMs + DAY_MS)
    else tx.schedule(internalScanJob, { ...ref, swept }, tx.now)
  },
})

/** How often AWS scans is not documented. */
export function planInternalScan(tx: WriteTx, analyzer: Analyzer, atMs: number): void {
  const startedMs = Math.max(atMs, tx.now)
  const ref = { analyzer: refOf(analyzer), round: analyzer.internal?.round ?? 0, startedMs }
  tx.schedule(internalScanJob, { ...ref, place: { source: 0 } }, startedMs)
}

/** Does a step; tells where the next one begins, undefined at the end. */
function placeAfter(tx: WriteTx, analyzer: Analyzer, place: Place): Place | undefined {
  const zone = workingZone(tx, analyzer)
  const source = SEEN[place.source]
  if (!source) return undefined
  const account = accountFrom(zone, place.account)
  if (account === undefined) return { source: place.source + 1 }
  const after = account === place.account ? place.after : undefined
  const { region } = analyzer
  const range = { ...rowsOf(source, { account, region }), after, limit: 1 }
  const { rows, next } = tx.scan(source.resource.table, range)
  const [row] = rows
  const looked = row && isIn(source, row, region) ? { source, row, account } : undefined
  if (looked && isOwn(analyzer, looked)) {
    const principals = look(tx, analyzer, { looked, place })
    if (principals) return { source: place.source, account, after, principals }
  }
  if (next !== undefined) return { source: place.source, account, after: next }
  const other = accountAfter(zone, account)
  return other === undefined
    ? { source: place.source + 1 }
    : { source: place.source, account: other }
}

const isOwn = ({ internal }: Analyzer, { source, row, account }: Looked): boolean =>
  internal !== undefined &&
  isIncluded(internal, { type: source.type, arn: source.resource.arn(row), account })

/** Looks at what some principals may do; tells which come next. */
function look(
  tx: WriteTx,
  analyzer: Analyzer,
  { looked, place }: { readonly looked: Looked; readonly place: Place },
): Place["principals"] {
  const zone = workingZone(tx, analyzer)
  const account = accountFrom(zone, place.principals?.account)
  if (account === undefined) return undefined
  const same = account === place.principals?.account
  const kind = same ? place.principals.kind : "role"
  const after = same ? place.principals.after : undefined
  const { rows, next } = entityUsages(tx, account, { kind, after, limit: UNUSED_STEP })
  const resource = looked.source.resource.arn(looked.row)
  for (const usage of rows)
    for (const share of internalShares(tx, analyzer, { looked, usage }))
      keepFinding(tx, analyzer, {
        subject: { arn: resource, type: looked.source.type, owner: looked.account },
        access: { ...share, isPublic: false, sources: [BY_POLICY] },
      })
  noteLast(tx, analyzer, resource)
  if (next !== undefined) return { account, kind, after: next }
  if (kind === "role") return { account, kind: "user" }
  const other = accountAfter(zone, account)
  return other === undefined ? undefined : { account: other, kind: "role" }
}

/** What this scan has not found is there no more; what was resolved long ago is forgotten. */
function sweep(tx: WriteTx, analyzer: Analyzer, { startedMs, swept }: ScanRef): string | undefined {
  // A disabled analyzer looks at nothing, and forgets nothing.
  if (workingZone(tx, analyzer).accounts.length === 0) return undefined
  const range = { prefix: [analyzer.id], after: swept, limit: SCAN_STEP }
  const { rows, next } = tx.scan(findings, range)
  for (const one of rows) {
    if (one.status === "RESOLVED") {
      if (tx.now - one.updatedMs >= RESOLVED_KEPT_MS) tx.remove(findings, one)
    } else if (one.analyzedMs < startedMs) resolveFinding(tx, one)
  }
  return next
}
