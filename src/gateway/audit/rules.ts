/**
 * When requests for an action carry a condition key:
 *
 * - `always`: every one;
 * - `signed`: those that somebody signed; `secure`: those that came over TLS;
 * - `request tags`: those whose input has tags, or names of tags; `resource tags`: those about a
 *   resource that has tags;
 * - `caller`: those of callers of whom an identity provider has said it, beside the request;
 * - `input.Path.To.Member`: those whose input has this member, with its value;
 * - `sometimes`: as what is there has it.
 */
export type When =
  | ("always" | "signed" | "secure" | "request tags" | "resource tags" | "caller" | "sometimes")
  | `input.${string}`

/** Why requests do not carry a key that AWS lists for their action. */
export type WhyNot =
  // What it tells of does not exist here.
  | "no VPC endpoints yet"
  | "no such hardware here"
  | "service not here"
  | "feature not here"
  // AWS's list has it for an action whose requests and resources have nothing of the kind.
  | "nothing that it could tell"
  | "its guide says otherwise"
  | "not verified"

export interface KeyRule {
  /** Absent: never. */
  readonly when?: When
  /** Actions without it: names as policies write them, without the prefix (`Get*`). */
  readonly not?: Readonly<Record<string, WhyNot>>
}

/**
 * What requests for the actions of one prefix carry, of all condition keys that AWS lists for them.
 * A name is without its variable part: `aws:RequestTag`, `kms:EncryptionContext`. Held against
 * AWS's list as a whole, and against what each decision of every test carries.
 */
export type KeyRules = Readonly<Record<string, When | KeyRule>>

/** A key's name without its variable part, as rules have it. */
export const keyName = (published: string): string =>
  published
    .replace(/^(kms:RecipientAttestation):.*/, "$1")
    .replace(/[/:](?:\$\{[^}]*\}|<[^>]*>|tag-key|)$/, "")

/** Why an action, without its prefix, has no such key; undefined where it has. */
export function whyNot(rule: When | KeyRule, action: string): WhyNot | undefined {
  if (typeof rule === "string") return undefined
  for (const [pattern, why] of Object.entries(rule.not ?? {}))
    if (isMeant(pattern, action)) return why
  return undefined
}

/** Whether a name, or a pattern with a star at its end, means an action. */
export const isMeant = (pattern: string, action: string): boolean =>
  pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern

export const whenOf = (rule: When | KeyRule): When | undefined =>
  typeof rule === "string" ? rule : rule.when
