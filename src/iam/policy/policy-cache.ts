import { compilePolicy, type CompiledPolicy } from "./compile.ts"
import { parsePolicy, type PolicyKind } from "./document.ts"
import { PolicyRefusal } from "./refusal.ts"

/** Compiled policies by their text; undefined for a text that is no policy. */
export interface PolicyCache {
  compiled(kind: PolicyKind, text: string, name: string): CompiledPolicy | undefined
}

/** A cache of up to `most` policies; the one that was not used for longest goes. */
export function createPolicyCache(most = 1_000): PolicyCache {
  const known = new Map<string, { readonly policy: CompiledPolicy | undefined }>()
  return {
    compiled(kind, text, name) {
      const key = `${kind}\0${name}\0${text}`
      const found = known.get(key)
      if (found) {
        known.delete(key)
        known.set(key, found)
        return found.policy
      }
      const policy = compiledOrNothing(kind, text, name)
      known.set(key, { policy })
      if (known.size > most) known.delete(known.keys().next().value as string)
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
    return compilePolicy(parsePolicy(text, { kind }), name)
  } catch (error) {
    if (error instanceof PolicyRefusal) return undefined
    throw error
  }
}
