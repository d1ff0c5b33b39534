import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import { op } from "../define.ts"
import { invalidArn, invalidInput } from "../errors.ts"
import { accessTo } from "../grant.ts"
import { tagRecord, type Tag } from "../tags.ts"

/** An OpenID Connect provider that an account trusts. */
export interface OidcProvider {
  readonly account: string
  readonly partition: string
  /** The issuer without `https://`, which is also its name. */
  readonly url: string
  readonly clientIds: readonly string[]
  /** SHA-1 of certificates, hexadecimal. */
  readonly thumbprints: readonly string[]
  readonly createdMs: number
  readonly tags: readonly Tag[]
}

export const oidcProviders = table<OidcProvider>("iam/oidcProvider", {
  key: ({ account, url }) => [account, url],
  cached: true,
})

export const oidcProviderResource = resource<OidcProvider>("AWS::IAM::OIDCProvider", {
  table: oidcProviders,
  scope: "global",
  title: "OpenID Connect provider",
  arn: (provider) => oidcProviderArn(provider),
  tagsOf: ({ tags }) => tagRecord(tags),
  ...keyedByAccount(oidcProviders, { prefix: "oidc-provider/", keyOf: (url) => url }),
  tags: tagLists(["TagOpenIDConnectProvider", "UntagOpenIDConnectProvider"], (provider) => ({
    OpenIDConnectProviderArn: oidcProviderArn(provider),
  })),
  console: { columns: ["url", "createdMs"] },
})

/** "IAM and AWS STS quotas" (IAM user guide). */
const CLIENT_IDS = 100
const THUMBPRINTS = 5

export const oidcProviderArn = ({
  account,
  partition,
  url,
}: Pick<OidcProvider, "account" | "partition" | "url">): string =>
  `arn:${partition}:iam::${account}:oidc-provider/${url}`

/** The provider that an account has for an issuer, given with or without `https://`. */
export const oidcProviderOf = (
  tx: ReadTx,
  account: string,
  issuer: string,
): OidcProvider | undefined => tx.get(oidcProviders, [account, issuer.replace(/^https:\/\//, "")])

interface ByArn {
  readonly OpenIDConnectProviderArn: string
}

/** The issuer that an ARN of the caller's account names. */
function urlOf({ OpenIDConnectProviderArn: arn }: ByArn, { partition, account }: Call): string {
  const prefix = `arn:${partition}:iam::${account}:oidc-provider/`
  if (!/^arn:[^:]+:iam::\d{12}:oidc-provider\/./.test(arn)) throw invalidArn()
  if (!arn.startsWith(prefix)) throw oidcProviderMissing(arn)
  return arn.slice(prefix.length)
}

/** The provider of the request's ARN, if the account has it. */
export const maybeOidcProvider = (tx: ReadTx, input: ByArn, call: Call): OidcProvider | undefined =>
  tx.get(oidcProviders, [call.account, urlOf(input, call)])

/** Throws NoSuchEntity. */
export function findOidcProvider(tx: ReadTx, input: ByArn, call: Call): OidcProvider {
  const provider = maybeOidcProvider(tx, input, call)
  if (!provider) throw oidcProviderMissing(input.OpenIDConnectProviderArn)
  return provider
}

export const onOidcProvider = (tx: ReadTx, input: ByArn, call: Call) =>
  accessTo(
    { arn: input.OpenIDConnectProviderArn, tags: maybeOidcProvider(tx, input, call)?.tags },
    input,
    call,
  )

/** Names of this machine: AWS takes no ports ("The URL should not contain a port number"), but of these. */
const LOCAL = String.raw`(?:localhost|[\w.-]+\.localhost|127\.0\.0\.1|host\.docker\.internal):\d{1,5}`
const ISSUER_URL = new RegExp(String.raw`^https:\/\/((?:${LOCAL}|[\w.-]+)(?:\/[^?#]*)?)$`)

/** The issuer of a URL. AWS keeps its case and drops the scheme and the last slash. */
export function issuerOf(url: string): string {
  const match = ISSUER_URL.exec(url)
  const issuer = match?.[1]?.replace(/\/+$/, "")
  if (!issuer || !URL.canParse(url)) throw invalidUrl()
  return issuer
}

/** Client ids without doubles. */
export function clientIdsOf(ids: readonly string[]): readonly string[] {
  const unique = [...new Set(ids)]
  if (unique.length > CLIENT_IDS)
    throw op.error(
      "LimitExceededException",
      `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENT_IDS}`,
    )
  return unique
}

export function thumbprintsOf(thumbprints: readonly string[]): readonly string[] {
  // The words are AWS's, which mean five at most.
  if (thumbprints.length > THUMBPRINTS)
    throw invalidInput(`Thumbprint list must contain fewer than ${THUMBPRINTS} entries.`)
  // Not verified.
  if (!thumbprints.every((one) => /^[0-9a-f]{40}$/i.test(one)))
    throw invalidInput("Thumbprint must be 40 hexadecimal characters.")
  return thumbprints.map((one) => one.toLowerCase())
}

const oidcProviderMissing = (arn: string): AwsError =>
  op.error("NoSuchEntityException", `OpenIDConnect Provider not found for arn ${arn}`)

const invalidUrl = (): AwsError =>
  new AwsError("ValidationError", "Invalid Open ID Connect Provider URL")
