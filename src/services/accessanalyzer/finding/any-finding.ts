import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { isOfUnused, type Analyzer } from "../analyzer/analyzer.ts"
import { missing } from "../errors.ts"
import { LISTED_ROWS, RESOURCE_FINDINGS } from "../limits.ts"
import { unusedFindings, type UnusedFinding } from "../unused/unused-finding.ts"
import { findings, findingsOf, type Finding } from "./finding.ts"

/** A finding of either kind of analyzer. */
export type AnyFinding = Finding | UnusedFinding

export const isUnused = (finding: AnyFinding): finding is UnusedFinding => "type" in finding

export const findingsAll = (tx: ReadTx, { id, type }: Analyzer): readonly AnyFinding[] => {
  const range = { prefix: [id], limit: LISTED_ROWS }
  return isOfUnused(type) ? tx.scan(unusedFindings, range).rows : tx.scan(findings, range).rows
}

/** Throws ResourceNotFoundException. */
export function findAny(tx: ReadTx, { id: analyzerId, type }: Analyzer, id: string): AnyFinding {
  const found = isOfUnused(type)
    ? tx.get(unusedFindings, [analyzerId, id])
    : tx.get(findings, [analyzerId, id])
  if (!found) throw missing("Finding", id)
  return found
}

/** The findings of one resource. */
export function findingsAbout(
  tx: ReadTx,
  analyzer: Analyzer,
  resource: string,
): readonly AnyFinding[] {
  const limit = RESOURCE_FINDINGS
  if (!isOfUnused(analyzer.type)) return findingsOf(tx, analyzer, { resource, limit })
  const prefix = [analyzer.id, resource]
  return tx.scan(unusedFindings, { index: "bySubject", prefix, limit }).rows
}

export function setStatus(tx: WriteTx, finding: AnyFinding, status: "ACTIVE" | "ARCHIVED"): void {
  const change = { status, updatedMs: tx.now }
  if (isUnused(finding)) tx.replace(unusedFindings, finding, { ...finding, ...change })
  else tx.replace(findings, finding, { ...finding, ...change })
}
