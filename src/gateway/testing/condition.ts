import type { TestUser } from "./identity.ts"
import { refusalOf } from "./refusal.ts"

/** A condition key, and the value that requests for the action should have. */
export interface Condition {
  readonly action: string
  readonly key: string
  readonly value: string
}

/**
 * What comes of a call by a user who may do everything but this action with another value of the
 * key: `denied` while another is wanted, `allowed` while it is the right one, or how else it fails. A
 * request without the key is denied both times.
 */
export async function outcomesBy(
  user: TestUser,
  { action, key, value }: Condition,
  call: () => Promise<unknown>,
): Promise<readonly string[]> {
  const outcomes: string[] = []
  for (const wanted of ["another", value]) {
    await user.may(
      { Action: "*", Resource: "*" },
      {
        ...{ Effect: "Deny", Action: action, Resource: "*" },
        Condition: { StringNotEquals: { [key]: wanted } },
      },
    )
    const refusal = await refusalOf(call())
    if (refusal.includes("explicit deny")) outcomes.push("denied")
    else outcomes.push(refusal === "no refusal" ? "allowed" : refusal)
  }
  return outcomes
}

/** Of a call that carries the key with its value. */
export const OBEYED = ["denied", "allowed"] as const
