import type { Principal } from "../../iam/principal.ts"
import { table } from "../../kernel/table.ts"

/** The operation that made a session; it decides what the session may call in STS and IAM. */
export type SessionOrigin =
  | "AssumeRole"
  | "AssumeRoleWithSAML"
  | "AssumeRoot"
  | "AssumeRoleWithWebIdentity"
  | "GetSessionToken"
  | "GetFederationToken"
  | "GetDelegatedAccessToken"

export interface SessionTag {
  readonly Key: string
  readonly Value: string
}

/** What is known of a session beyond its keys: what policies and the policy engine ask for. */
export interface SessionFacts {
  readonly origin: SessionOrigin
  /** The access key id of the session whose keys made this one: role chaining. */
  readonly parent?: string | undefined
  /** The inline session policy, as sent. */
  readonly policy?: string | undefined
  /** Managed policies that were passed as session policies. */
  readonly policyArns: readonly string[]
  /** Session tags, those included that the parent handed down. Keys differ in more than case. */
  readonly tags: readonly SessionTag[]
  /** Keys among `tags`, as written there, that sessions made with this one's keys inherit. */
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
  readonly externalId?: string | undefined
  readonly mfa?: { readonly serialNumber: string; readonly authenticatedAt: number } | undefined
  /** The service that asked for it, and for which of its resources. */
  readonly service?: { readonly name: string; readonly sourceArn?: string | undefined } | undefined
  /** Who vouched for the caller of an unsigned operation. */
  readonly federation?: Federation | undefined
}

export interface Federation {
  /** `aws:FederatedProvider`: the provider's ARN, or the name of one that AWS knows. */
  readonly provider: string
  /** Condition keys with their values, such as `saml:sub` or `accounts.google.com:aud`. */
  readonly claims: readonly { readonly key: string; readonly values: readonly string[] }[]
}

/** Temporary credentials that this cloud has given out. */
export interface Session extends SessionFacts {
  /** `ASIA…`. */
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken: string
  /** Cloud time, epoch milliseconds. */
  readonly issuedAt: number
  /** Cloud time, a whole second. */
  readonly expiresAt: number
  readonly principal: Principal
}

export const sessions = table<Session>("sts/session", {
  key: (session) => [session.accessKeyId],
  indexes: { byEnd: (session) => [session.expiresAt] },
  cached: true,
})
