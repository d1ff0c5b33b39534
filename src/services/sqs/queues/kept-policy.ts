import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keptPolicy, shownPolicy } from "../../iam/port.ts"
import { invalidAttributeValue } from "../errors.ts"
import type { AttributeTexts, QueueSettings } from "./attributes.ts"

/**
 * The settings with the policy that a request brings as it is kept: by the unique ids of users and
 * roles. Throws InvalidAttributeValue for principals that are not there.
 */
export function withKeptPolicy(
  tx: ReadTx,
  settings: QueueSettings,
  { Policy }: AttributeTexts,
): QueueSettings {
  if (Policy === undefined || settings.policy === undefined) return settings
  try {
    const { text } = keptPolicy(tx, settings.policy, { kind: "resource", strayResources: true })
    return { ...settings, policy: text }
  } catch (error) {
    if (error instanceof PolicyRefusal) throw invalidAttributeValue("Policy")
    throw error
  }
}

/** The settings as callers see them, with the ARNs that users and roles have now. */
export const shownSettings = (tx: ReadTx, settings: QueueSettings): QueueSettings =>
  settings.policy === undefined
    ? settings
    : { ...settings, policy: shownPolicy(tx, settings.policy) }
