import { table } from "../../../kernel/table.ts"
import type { Tag } from "../tag/tag.ts"

/** A request to create an account: the answer of CreateAccount, kept. */
export interface Creation {
  readonly organizationId: string
  /** `car-…`. */
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roleName: string
  readonly tags: readonly Tag[]
  readonly state: "IN_PROGRESS" | "SUCCEEDED" | "FAILED"
  readonly requestedMs: number
  readonly completedMs?: number | undefined
  /** The account's id, given when the work begins. */
  readonly account: string
  readonly failureReason?: "EMAIL_ALREADY_EXISTS" | undefined
}

export const creations = table<Creation>("organizations/creation", {
  key: (creation) => [creation.organizationId, creation.id],
  indexes: { byState: (creation) => [creation.organizationId, creation.state, creation.id] },
})
