import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Analyzer } from "../analyzer/analyzer.ts"
import type { ResourceType } from "../resource/analyzed-resource.ts"
import type { Via } from "../resource/share.ts"

/** Access from outside of the zone of trust that a resource's policy gives to one principal. */
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
  readonly status: "ACTIVE" | "ARCHIVED" | "RESOLVED"
  readonly createdMs: number
  readonly analyzedMs: number
  readonly updatedMs: number
}

export const findings = table<Finding>("accessanalyzer/finding", {
  key: ({ analyzerId, id }) => [analyzerId, id],
  indexes: { byResource: ({ analyzerId, resource }) => [analyzerId, resource] },
})

export const findingsOf = (
  tx: ReadTx,
  { id }: Pick<Analyzer, "id">,
  { resource, limit }: { readonly resource: string; readonly limit: number },
): readonly Finding[] =>
  tx.scan(findings, { index: "byResource", prefix: [id, resource], limit }).rows
