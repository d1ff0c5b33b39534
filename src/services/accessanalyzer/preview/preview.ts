import { policyOrNothing } from "../../../iam/policy/document.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Analyzer } from "../analyzer/analyzer.ts"
import { missing } from "../errors.ts"
import { findingsOf, type Finding } from "../finding/finding.ts"
import { RESOURCE_FINDINGS } from "../limits.ts"
import { workingZone } from "../analyzer/zone.ts"
import { nameOf, shareOf } from "../resource/share.ts"
import { previewOf, type Configuration } from "./configuration.ts"

/** What an analyzer would find if a resource had another policy. */
export interface AccessPreview {
  readonly analyzerId: number
  readonly id: string
  /** The ARN of the resource, and what it would have. */
  readonly resource: string
  readonly configuration: Configuration
  readonly createdMs: number
  readonly status: "COMPLETED" | "FAILED"
  readonly findings: readonly PreviewFinding[]
}

/** A finding that would be, next to the one that is. */
export interface PreviewFinding extends Omit<Finding, "analyzerId" | "analyzedMs"> {
  readonly change: "CHANGED" | "NEW" | "UNCHANGED"
  readonly existing?: Pick<Finding, "id" | "status"> | undefined
}

export const accessPreviews = table<AccessPreview>("accessanalyzer/accessPreview", {
  key: ({ analyzerId, id }) => [analyzerId, id],
})

/** Throws ResourceNotFoundException. */
export function findPreview(tx: ReadTx, { id: analyzerId }: Analyzer, id: string): AccessPreview {
  const preview = tx.get(accessPreviews, [analyzerId, id])
  if (!preview) throw missing("AccessPreview", id)
  return preview
}

interface Asked {
  readonly resource: string
  readonly configuration: Configuration
  readonly newId: () => string
}

/**
 * Compares what a configuration would give to others with the findings that are there. Undefined
 * for a policy that cannot be read.
 */
export function previewFindings(
  tx: ReadTx,
  analyzer: Analyzer,
  { resource, configuration, newId }: Asked,
): readonly PreviewFinding[] | undefined {
  const { type: resourceType, kind, openings } = previewOf(configuration, analyzer.account)
  if (openings.some(({ policy }) => !policyOrNothing(policy, { kind }))) return undefined
  const known = new Map(
    findingsOf(tx, analyzer, { resource, limit: RESOURCE_FINDINGS }).map((one) => [
      nameOf(one),
      one,
    ]),
  )
  const times = { createdMs: tx.now, updatedMs: tx.now }
  const subject = { resource, resourceType, owner: analyzer.account }
  const would = shareOf({ kind }, openings, workingZone(tx, analyzer)).map(
    (access): PreviewFinding => {
      const finding = known.get(nameOf(access))
      known.delete(nameOf(access))
      const base = { id: newId(), ...subject, ...access, ...times }
      if (!finding) return { ...base, status: "ACTIVE", change: "NEW" }
      const existing = { id: finding.id, status: finding.status }
      const same = finding.status !== "RESOLVED" && finding.actions.join() === access.actions.join()
      const status = finding.status === "RESOLVED" ? "ACTIVE" : finding.status
      return { ...base, status, change: same ? "UNCHANGED" : "CHANGED", existing }
    },
  )
  const resolved = [...known.values()]
    .filter(({ status }) => status !== "RESOLVED")
    .map((finding): PreviewFinding => {
      const { analyzerId: _analyzer, analyzedMs: _analyzed, ...rest } = finding
      const existing = { id: finding.id, status: finding.status }
      return { ...rest, ...times, id: newId(), status: "RESOLVED", change: "CHANGED", existing }
    })
  return [...would, ...resolved]
}
