import { hash } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Analyzer } from "../analyzer/analyzer.ts"
import type { ResourceType } from "../resource/analyzed-resource.ts"
import { BY_POLICY, nameOf, type Via } from "../resource/share.ts"
import type { InternalDetails } from "../internal/internal.ts"

/** Access to a resource that one principal has on one set of conditions. */
export interface Finding {
  readonly analyzerId: number
  readonly id: string
  readonly resource: string
  readonly resourceType: ResourceType
  /** The account that owns the resource. */
  readonly owner: string
  /** `{ AWS: "123456789012" }`. */
  readonly principal: Readonly<Record<string, string>>
  readonly actions: readonly string[]
  readonly condition: Readonly<Record<string, string>>
  readonly isPublic: boolean
  /** Absent: a policy. */
  readonly sources?: readonly Via[] | undefined
  /** Whether the owner's organization has RCPs about such resources; they are not looked at. */
  readonly rcp?: "APPLICABLE" | "NOT_APPLICABLE" | undefined
  /** Of a principal inside of the zone. */
  readonly internal?: InternalDetails | undefined
  readonly status: "ACTIVE" | "ARCHIVED" | "RESOLVED"
  readonly createdMs: number
  readonly analyzedMs: number
  readonly updatedMs: number
}

/** Conditions may be longer than keys. */
const digestOf = (name: string): string => hash("sha256", name)

export const findings = table<Finding>("accessanalyzer/finding", {
  key: ({ analyzerId, id }) => [analyzerId, id],
  indexes: {
    byResource: ({ analyzerId, resource }) => [analyzerId, resource],
    byName: (finding) => [finding.analyzerId, finding.resource, digestOf(nameOf(finding))],
  },
})

export const findingsOf = (
  tx: ReadTx,
  { id }: Pick<Analyzer, "id">,
  { resource, limit }: { readonly resource: string; readonly limit: number },
): readonly Finding[] =>
  tx.scan(findings, { index: "byResource", prefix: [id, resource], limit }).rows

/** The finding of a principal on some conditions, by the name that these have together. */
export const findingNamed = (
  tx: ReadTx,
  { id }: Pick<Analyzer, "id">,
  { resource, name }: { readonly resource: string; readonly name: string },
): Finding | undefined =>
  tx.first(findings, { index: "byName", prefix: [id, resource, digestOf(name)] })

/** "The source of the finding", with the access point of one that came through it. */
export const sourcesOf = ({ sources = [BY_POLICY] }: Pick<Finding, "sources">) =>
  sources.map(({ type, accessPointArn }) => ({
    type,
    ...(accessPointArn !== undefined && { detail: { accessPointArn } }),
  }))
