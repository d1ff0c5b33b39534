import { issueToken, issuerOfAccount } from "../../../engines/oidc/issuer.ts"
import type { TokenAlgorithm } from "../../../engines/oidc/signing-key.ts"
import { principalArn } from "../../../iam/principal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { hasOutboundFederation, policiesOfCaller } from "../../iam/port.ts"
import { organizationOf, orgPathOf } from "../../organizations/port.ts"
import { assertMayCall, callerSession } from "../caller.ts"
import { op, type In, type Out } from "../define.ts"
import { badAlgorithm, outboundDisabled, sessionEndsBefore, tokenTooLarge } from "../errors.ts"
import { OUTBOUND_TOKEN_BYTES, OUTBOUND_TOKEN_SECONDS } from "../limits.ts"
import { sessionTags } from "../session-tags.ts"
import type { Session } from "../session.ts"

type Input = In<"GetWebIdentityToken">

/** The name of AWS's own claims ("Understanding token claims", IAM user guide). */
const AWS_CLAIMS = "https://sts.amazonaws.com/"

const secondsOf = ({ DurationSeconds: seconds = OUTBOUND_TOKEN_SECONDS }: Input): number => seconds

export const GetWebIdentityToken = op.write("GetWebIdentityToken", {
  /** "Controlling access with IAM policies" (outbound identity federation, IAM user guide). */
  authorize(tx, input, call) {
    assertMayCall(tx, call)
    const context = {
      "sts:IdentityTokenAudience": input.Audience,
      "sts:DurationSeconds": String(secondsOf(input)),
      "sts:SigningAlgorithm": input.SigningAlgorithm,
      ...requestTagKeys(input),
    }
    const get = { action: "sts:GetWebIdentityToken", resource: "*", owner: call.account, context }
    return input.Tags?.length ? [get, { ...get, action: "sts:TagGetWebIdentityToken" }] : get
  },
  run(tx, input, call): Out<"GetWebIdentityToken"> {
    const { SigningAlgorithm: algorithm } = input
    if (!isAlgorithm(algorithm)) throw badAlgorithm(algorithm)
    const issuer = issuerOfAccount(tx, call.account)
    if (!issuer || !hasOutboundFederation(tx, call.account)) throw outboundDisabled()
    const session = callerSession(tx, call)
    const now = Math.floor(tx.now / 1000)
    const end = now + secondsOf(input)
    if (session && end * 1000 > session.expiresAt) throw sessionEndsBefore()
    const { tags } = sessionTags(input.Tags)
    const [audience, ...more] = input.Audience
    const claims = {
      aud: more.length > 0 ? input.Audience : audience,
      sub: subjectOf(call),
      ...{ iat: now, exp: end, jti: tx.random("sts/web-identity-token").uuid() },
      [AWS_CLAIMS]: {
        ...{ aws_account: call.account, source_region: call.region },
        ...organizationClaims(tx, call),
        ...sessionClaims(session),
        ...tagClaim("principal_tags", principalTags(tx, call, session)),
        ...tagClaim("request_tags", recordOf(tags)),
      },
    }
    if (JSON.stringify(claims).length > OUTBOUND_TOKEN_BYTES) throw tokenTooLarge()
    const token = issueToken(issuer, algorithm, claims)
    return { WebIdentityToken: token, Expiration: end * 1000 }
  },
})

const isAlgorithm = (name: string): name is TokenAlgorithm => name === "RS256" || name === "ES384"

/** The ARN of the caller; of a session that of its role. Root's, which AWS may refuse, is not verified. */
const subjectOf = ({ principal, partition }: Call): string =>
  principal.type === "assumed-role" ? principal.roleArn : principalArn(principal, partition)

type Tags = Readonly<Record<string, string>>

const recordOf = (tags: readonly { readonly Key: string; readonly Value: string }[]): Tags =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

const tagClaim = (name: string, tags: Tags): Record<string, Tags> =>
  Object.keys(tags).length > 0 ? { [name]: tags } : {}

/** The tags of the user or role, and those of its session in front of them. */
function principalTags(tx: ReadTx, { principal }: Call, session: Session | undefined): Tags {
  return { ...policiesOfCaller(tx, principal)?.facts?.tags, ...recordOf(session?.tags ?? []) }
}

function organizationClaims(tx: ReadTx, { account }: Call): Record<string, string> {
  const organization = organizationOf(tx, account)
  if (!organization) return {}
  const path = orgPathOf(tx, account)
  return { org_id: organization.id, ...(path !== undefined && { ou_path: path }) }
}

/** Claims of sessions; the form of the time is not verified. */
function sessionClaims(session: Session | undefined): Record<string, string> {
  if (!session) return {}
  const { federation, expiresAt } = session
  return {
    original_session_exp: new Date(expiresAt).toISOString().replace(".000Z", "Z"),
    ...(federation && { federated_provider: federation.provider }),
  }
}
