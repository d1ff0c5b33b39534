import { table } from "../../../kernel/table.ts"

/** What is to be done about one policy of a user or role. */
export interface Step {
  /** ARN of a managed policy, name of an inline one. */
  readonly policy: string
  /** The policy that is to take its place; absent: it gives nothing that is used. */
  readonly replacement?: string | undefined
}

/** How the permissions that a finding names could be taken away. */
export interface Recommendation {
  readonly analyzerId: number
  /** The finding's. */
  readonly id: string
  readonly resource: string
  readonly startedMs: number
  readonly steps: readonly Step[]
}

export const recommendations = table<Recommendation>("accessanalyzer/recommendation", {
  key: ({ analyzerId, id }) => [analyzerId, id],
})
