import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import { op } from "../define.ts"
import { invalidArn } from "../errors.ts"
import { accessTo } from "../grant.ts"
import { nameKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"
import { openedKeys, type SamlEncryption } from "./saml-keys.ts"

/** A SAML 2.0 identity provider that an account trusts. */
export interface SamlProvider extends SamlEncryption {
  readonly account: string
  readonly partition: string
  readonly name: string
  readonly uuid: string
  /** XML, as sent. */
  readonly metadata: string
  readonly createdMs: number
  readonly validUntilMs: number
  readonly tags: readonly Tag[]
}

export const samlProviders = table<SamlProvider>("iam/samlProvider", {
  key: ({ account, name }) => [account, nameKey(name)],
  // The metadata alone may have ten million characters (model).
  maxValueBytes: 24 * 1024 * 1024,
})

export const samlProviderResource = resource<SamlProvider>("AWS::IAM::SAMLProvider", {
  table: samlProviders,
  scope: "global",
  title: "SAML provider",
  arn: (provider) => samlProviderArn(provider),
  tagsOf: ({ tags }) => tagRecord(tags),
  ...keyedByAccount(samlProviders, { prefix: "saml-provider/", keyOf: nameKey }),
  tags: tagLists(["TagSAMLProvider", "UntagSAMLProvider"], (provider) => ({
    SAMLProviderArn: samlProviderArn(provider),
  })),
  console: { columns: ["name", "createdMs", "validUntilMs"] },
})

export const samlProviderArn = ({ account, partition, name }: SamlProvider): string =>
  `arn:${partition}:iam::${account}:saml-provider/${name}`

/** What STS needs of an account's provider of that name. */
export function samlProviderOf(tx: ReadTx, account: string, named: string) {
  const provider = tx.get(samlProviders, [account, nameKey(named)])
  if (!provider) return undefined
  const { name, metadata, encryptionMode } = provider
  const encrypted = { keys: openedKeys(tx, provider), required: encryptionMode === "Required" }
  return { name, metadata, encrypted }
}

interface ByArn {
  readonly SAMLProviderArn: string
}

/** The provider of the request's ARN, if the account has it. */
function maybeSamlProvider(
  tx: ReadTx,
  { SAMLProviderArn: arn }: ByArn,
  { account, partition }: Call,
): SamlProvider | undefined {
  const match = /^(arn:[^:]+:iam::\d{12}:saml-provider\/)([\w.-]+)$/.exec(arn)
  if (!match) throw invalidArn()
  if (match[1] !== `arn:${partition}:iam::${account}:saml-provider/`) return undefined
  return tx.get(samlProviders, [account, nameKey(match[2] ?? "")])
}

/** Throws NoSuchEntity, in the words that users of AWS quote. */
export function findSamlProvider(tx: ReadTx, input: ByArn, call: Call): SamlProvider {
  const provider = maybeSamlProvider(tx, input, call)
  if (!provider)
    throw op.error("NoSuchEntityException", `Manifest not found for arn ${input.SAMLProviderArn}`)
  return provider
}

export const onSamlProvider = (tx: ReadTx, input: ByArn, call: Call) =>
  accessTo(
    { arn: input.SAMLProviderArn, tags: maybeSamlProvider(tx, input, call)?.tags },
    input,
    call,
  )
