import { PolicyRefusal, PrincipalRefusal, syntaxError } from "./refusal.ts"

/** Who is meant by Principal or NotPrincipal. */
export interface PrincipalElement {
  /** `"*"`, or `{ "AWS": "*" }`, which is the same. */
  readonly anyone: boolean
  /** Account numbers, ARNs and unique ids, as written. */
  readonly aws: readonly string[]
  readonly services: readonly string[]
  readonly federated: readonly string[]
  readonly canonicalUsers: readonly string[]
}

const ACCOUNT = /^\d{12}$/
/** Of a user or role, or, with its name, of a role's session: as policies are kept. */
const UNIQUE_ID = /^A[A-Z0-9]{15,127}(?::[\w+=,.@-]{2,64})?$/
/** Users, roles and sessions, but not groups: they "cannot be identified as a principal". */
const ARN =
  /^arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|user\/[^*?]+|role\/[^*?]+)|sts::\d{12}:(?:assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?]+))$/
const KINDS: Readonly<Record<string, keyof Omit<PrincipalElement, "anyone">>> = {
  AWS: "aws",
  Service: "services",
  Federated: "federated",
  CanonicalUser: "canonicalUsers",
}

/** Throws PolicyRefusal for what is no principal. */
export function parsePrincipal(value: unknown): PrincipalElement {
  const found = { aws: [], services: [], federated: [], canonicalUsers: [] }
  if (value === "*") return { anyone: true, ...found }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new PolicyRefusal(`Invalid principal in policy`)
  const lists: Record<keyof Omit<PrincipalElement, "anyone">, string[]> = found
  let anyone = false
  const entries = Object.entries(value)
  if (entries.length === 0)
    throw new PolicyRefusal("Missing required field Principal cannot be empty!")
  for (const [kind, given] of entries) {
    if (!Object.hasOwn(KINDS, kind)) throw syntaxError()
    const into = KINDS[kind] as keyof typeof lists
    for (const one of Array.isArray(given) ? (given as unknown[]) : [given]) {
      if (typeof one !== "string") throw syntaxError()
      if (kind === "AWS" && one === "*") anyone = true
      else {
        assertPrincipal(kind, one)
        lists[into].push(one)
      }
    }
  }
  return { anyone, ...lists }
}

/** A provider of an account, or a name that AWS knows: `accounts.google.com`. */
const FEDERATED =
  /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/[^*?]+|(?:[a-z0-9-]+\.)+[a-z]{2,})$/i

function assertPrincipal(kind: string, text: string): void {
  // As users of AWS quote it. Whether the provider is there AWS asks when a role is assumed.
  if (kind === "Federated" && !FEDERATED.test(text))
    throw new PolicyRefusal("Federated principals must be valid domain names or SAML metadata ARNs")
  const ok =
    kind === "AWS"
      ? ACCOUNT.test(text) || UNIQUE_ID.test(text) || ARN.test(text)
      : text !== "" && !text.includes("*")
  if (!ok) throw new PrincipalRefusal(kind, text)
}
