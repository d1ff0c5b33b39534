import { findAction } from "../../../iam/actions/actions.ts"
import { actionsIn } from "../../../iam/analysis/action-set.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"

/** A statement as its author wrote it. */
type Written = Readonly<Record<string, unknown>>

/**
 * A policy with only the actions that are used: what allows keeps them by name, what denies stays.
 * Undefined when nothing that allows is left; the policy itself when nothing is to be taken away.
 */
export function narrowed(text: string, isUsed: (action: string) => boolean): string | undefined {
  const statements = policyOrNothing(text, { kind: "identity" })?.statements
  // What nobody can read gives nothing, and is left alone.
  if (!statements) return text
  const document = JSON.parse(text) as Written
  const written = [document["Statement"]].flat() as Written[]
  if (written.length !== statements.length) return text
  let changed = false
  const kept = written.flatMap((one, index) => {
    const statement = statements[index]
    if (statement?.effect !== "Allow") return [one]
    const actions = [...actionsIn(statement)]
    const used = actions.filter(isUsed)
    if (used.length === actions.length) return [one]
    changed = true
    if (used.length === 0) return []
    const { Action: _action, NotAction: _notAction, ...rest } = one
    return [{ ...rest, Action: used.map(nameOf).toSorted() }]
  })
  if (!changed) return text
  const allows = kept.some((one) => one["Effect"] === "Allow")
  return allows ? JSON.stringify({ ...document, Statement: kept }) : undefined
}

/** `sqs:sendmessage` → `sqs:SendMessage`, as AWS writes it. */
function nameOf(action: string): string {
  const [service = "", name = ""] = action.split(":")
  return `${service}:${findAction(action)?.name ?? name}`
}
