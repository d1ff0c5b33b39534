import { compilePolicy, type CompiledPolicy } from "./compile.ts"
import { parsePolicy, type PolicyKind } from "./document.ts"
import { PolicyRefusal } from "./refusal.ts"

/** Compiled policies by their text; undefined for a text that is no policy. */
export interface PolicyCache {
  compiled(kind: PolicyKind, text: string, name: string): CompiledPolicy | undefined
}

interface Known {
  readonly kind: PolicyKind
  readonly name: string
  readonly policy: CompiledPolicy | undefined
}

/** Resources of one account may share a text: more of them are compiled anew. */
const NAMES_OF_A_TEXT = 20

/**
 * A cache of the texts that were used last, at least `most` of them and up to twice as many. Keyed
 * by the text alone, whose hash the string itself keeps: a long policy is not read at each call.
 */
export function createPolicyCache(most = 1_000): PolicyCache {
  let recent = new Map<string, Known[]>()
  let older = new Map<string, Known[]>()
  const knownOf = (text: string): Known[] => {
    const found = recent.get(text)
    if (found) return found
    const known = older.get(text) ?? []
    if (recent.size >= most) {
      older = recent
      recent = new Map()
    }
    recent.set(text, known)
    return known
  }
  return {
    compiled(kind, text, name) {
      const known = knownOf(text)
      for (const one of known) if (one.name === name && one.kind === kind) return one.policy
      const policy = compiledOrNothing(kind, text, name)
      if (known.length >= NAMES_OF_A_TEXT) known.length = 0
      known.push({ kind, name, policy })
      return policy
    },
  }
}

function compiledOrNothing(
  kind: PolicyKind,
  text: string,
  name: string,
): CompiledPolicy | undefined {
  try {
    // Whether stray resources may be there was for the service to say that keeps the policy.
    return compilePolicy(parsePolicy(text, { kind, strayResources: true }), name)
  } catch (error) {
    if (error instanceof PolicyRefusal) return undefined
    throw error
  }
}
