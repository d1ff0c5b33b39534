import type { Statement } from "../policy/document.ts"

/** Who is meant: everybody, or these, by kind and name (`aws 123456789012`). */
export interface PrincipalSet {
  readonly anyone: boolean
  /** NotPrincipal: everybody but the named. */
  readonly others: boolean
  readonly named: readonly string[]
}

const ANYONE: PrincipalSet = Object.freeze({ anyone: true, others: false, named: [] })

/** Policies of identities name nobody: whoever has them is meant. */
export function principalsOf({ principal, notPrincipal }: Statement): PrincipalSet {
  const element = principal ?? notPrincipal
  if (!element) return ANYONE
  const named = [
    ...element.aws.map((text) => `aws ${text}`),
    ...element.services.map((text) => `service ${text}`),
    ...element.federated.map((text) => `federated ${text}`),
    ...element.canonicalUsers.map((text) => `canonical ${text}`),
  ]
  return { anyone: element.anyone && !notPrincipal, others: notPrincipal !== undefined, named }
}

/** Whether all of the first are among the second. Careful: a doubt is a no. */
export function principalsWithin(inner: PrincipalSet, outer: PrincipalSet): boolean {
  if (outer.anyone) return true
  if (inner.anyone) return false
  if (outer.others) {
    const same = inner.others && outer.named.every((name) => inner.named.includes(name))
    return same || (!inner.others && inner.named.every((name) => !mayBeOneOf(name, outer.named)))
  }
  return !inner.others && inner.named.every((name) => isOneOf(name, outer.named))
}

/** An account stands for all of its users, roles and sessions. */
function isOneOf(name: string, names: readonly string[]): boolean {
  if (names.includes(name)) return true
  const account = accountOf(name)
  return account !== undefined && names.some((one) => isAccount(one) && accountOf(one) === account)
}

function mayBeOneOf(name: string, names: readonly string[]): boolean {
  const account = accountOf(name)
  return names.some((one) => one === name || (account !== undefined && accountOf(one) === account))
}

const isAccount = (name: string): boolean =>
  /^aws (?:\d{12}|arn:[^:]+:iam::\d{12}:root)$/.test(name)

/** The account of an ARN or account number of the kind AWS. */
export const accountOf = (name: string): string | undefined =>
  /^aws (?:arn:[^:]+:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(name)?.[1]
