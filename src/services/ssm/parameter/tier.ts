import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalid, muchTooLong, noDowngrade, tooLong, tooManyParameters } from "../errors.ts"
import { PARAMETERS, VALUE_BYTES } from "../limits.ts"
import { DEFAULT_TIER, settingOf } from "../setting/settings.ts"
import { addToCount, countOf, type Parameter, type Tier } from "./parameter.ts"

export interface TierRequest {
  readonly asked: string | undefined
  readonly known: Parameter | undefined
  readonly value: string
  readonly hasPolicies: boolean
}

/** The tier of a new version ("Managing parameter tiers"). Throws AWS's refusals. */
export function tierFor(tx: WriteTx, call: Call, request: TierRequest): Tier {
  const { asked, known, value, hasPolicies } = request
  const tier = wantedTier(tx, call, request)
  if (known?.tier === "Advanced" && tier === "Standard") {
    if (asked === "Standard") throw noDowngrade()
    return "Advanced"
  }
  const bytes = Buffer.byteLength(value)
  if (tier === "Standard") {
    if (bytes > VALUE_BYTES.Standard) throw tooLong(VALUE_BYTES.Standard)
    // Not verified: the words.
    if (hasPolicies) throw invalid("Parameter policies are supported by the advanced tier only.")
  } else if (bytes > VALUE_BYTES.Advanced) throw muchTooLong(VALUE_BYTES.Advanced)
  return tier
}

function wantedTier(tx: WriteTx, call: Call, request: TierRequest): Tier {
  const { asked = settingOf(tx, call, DEFAULT_TIER), known, value, hasPolicies } = request
  if (asked !== "Intelligent-Tiering") return asked as Tier
  if (known?.tier === "Advanced" || hasPolicies) return "Advanced"
  if (Buffer.byteLength(value) > VALUE_BYTES.Standard) return "Advanced"
  const isFull = !known && countOf(tx, call).Standard >= PARAMETERS.Standard
  return isFull ? "Advanced" : "Standard"
}

/** Counts a parameter to its tier. Throws ParameterLimitExceeded. */
export function countTier(tx: WriteTx, call: Call, { tier, known }: { tier: Tier; known?: Tier }) {
  if (tier === known) return
  if (countOf(tx, call)[tier] >= PARAMETERS[tier]) throw tooManyParameters(tier, PARAMETERS[tier])
  addToCount(tx, call, { ...(known && { [known]: -1 }), [tier]: 1 })
}
