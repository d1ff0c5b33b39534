import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Analyzer } from "../analyzer/analyzer.ts"
import { missing } from "../errors.ts"
import { meets, type Criteria, type Filtered } from "../finding/criteria.ts"
import { ARCHIVE_RULES } from "../limits.ts"

/** New findings that meet all criteria are archived at once. */
export interface ArchiveRule {
  readonly analyzerId: number
  readonly name: string
  readonly filter: Criteria
  readonly createdMs: number
  readonly updatedMs: number
}

export const archiveRules = table<ArchiveRule>("accessanalyzer/archiveRule", {
  key: ({ analyzerId, name }) => [analyzerId, name],
})

export const rulesOf = (tx: ReadTx, { id }: Pick<Analyzer, "id">): readonly ArchiveRule[] =>
  tx.scan(archiveRules, { prefix: [id], limit: ARCHIVE_RULES }).rows

/** Throws ResourceNotFoundException. */
export function findRule(tx: ReadTx, { id }: Analyzer, name: string): ArchiveRule {
  const rule = tx.get(archiveRules, [id, name])
  if (!rule) throw missing("ArchiveRule", name)
  return rule
}

/** A finding that is new, or new again: archived where a rule wants it so. */
export const archivedByRule = <Of extends Filtered>(
  tx: ReadTx,
  analyzer: Pick<Analyzer, "id">,
  finding: Of,
): Of =>
  rulesOf(tx, analyzer).some(({ filter }) => meets(finding, filter))
    ? { ...finding, status: "ARCHIVED" }
    : finding
