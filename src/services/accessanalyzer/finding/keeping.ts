import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Analyzer } from "../analyzer/analyzer.ts"
import { archivedByRule } from "../archive-rule/archive-rule.ts"
import { RESOURCE_FINDINGS } from "../limits.ts"
import type { AnalyzedResource } from "../resource/analyzed-resource.ts"
import { nameOf } from "../resource/share.ts"
import { findings, findingNamed, findingsOf, type Finding } from "./finding.ts"

/** What findings say of access: who has it, to do what, and on which conditions. */
export type Access = Pick<
  Finding,
  "principal" | "actions" | "condition" | "isPublic" | "sources" | "internal" | "rcp"
>

interface Subject {
  readonly subject: Pick<AnalyzedResource, "arn" | "type" | "owner">
}

/** Makes, changes, resolves and reopens the findings of a resource: what is not given is over. */
export function setFindings(
  tx: WriteTx,
  analyzer: Analyzer,
  { subject, given }: Subject & { readonly given: readonly Access[] },
): void {
  const left = new Set(given.map(nameOf))
  for (const access of given) keepFinding(tx, analyzer, { subject, access })
  const range = { resource: subject.arn, limit: RESOURCE_FINDINGS }
  for (const finding of findingsOf(tx, analyzer, range))
    if (!left.has(nameOf(finding))) resolveFinding(tx, finding)
}

/** Makes the finding of an access, or brings the one that there is up to date. */
export function keepFinding(
  tx: WriteTx,
  analyzer: Analyzer,
  { subject, access }: Subject & { readonly access: Access },
): void {
  const { arn: resource, type: resourceType, owner } = subject
  const known = findingNamed(tx, analyzer, { resource, name: nameOf(access) })
  if (known) {
    updateFinding(tx, analyzer, { finding: known, access })
    return
  }
  const times = { createdMs: tx.now, analyzedMs: tx.now, updatedMs: tx.now }
  const finding: Finding = {
    ...{ analyzerId: analyzer.id, id: tx.random("accessanalyzer/finding").uuid() },
    ...{ resource, resourceType, owner, ...access, status: "ACTIVE", ...times },
  }
  tx.insert(findings, archivedByRule(tx, analyzer, finding))
}

function updateFinding(
  tx: WriteTx,
  analyzer: Analyzer,
  { finding, access }: { readonly finding: Finding; readonly access: Access },
): void {
  const reopened = finding.status === "RESOLVED"
  const same = !reopened && partsOf(finding) === partsOf(access)
  const updatedMs = same ? finding.updatedMs : tx.now
  const changed = { ...finding, ...access, analyzedMs: tx.now, updatedMs }
  const row = reopened ? archivedByRule(tx, analyzer, { ...changed, status: "ACTIVE" }) : changed
  tx.replace(findings, finding, row)
}

const partsOf = ({ isPublic, actions, sources, internal, rcp }: Access): string =>
  JSON.stringify([isPublic, actions, sources, internal, rcp])

export function resolveFinding(tx: WriteTx, finding: Finding): void {
  if (finding.status === "RESOLVED") return
  const times = { analyzedMs: tx.now, updatedMs: tx.now }
  tx.replace(findings, finding, { ...finding, status: "RESOLVED", ...times })
}
