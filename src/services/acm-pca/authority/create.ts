import { generateKeys, type KeyPair } from "../../../engines/x509/key-pair.ts"
import { keyIdentifier } from "../../../engines/x509/extension.ts"
import { pem } from "../../../engines/x509/pem.ts"
import { signRequest } from "../../../engines/x509/request.ts"
import { createPrivateKey } from "node:crypto"
import { quota } from "../../../kernel/quotas.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { invalidArgs, limitExceeded } from "../errors.ts"
import { QUOTAS } from "../limits.ts"
import { assertBucket } from "../revocation/bucket.ts"
import { madeBefore, remember } from "../token.ts"
import { authorities, authorityArn, type Authority, type AuthorityRef } from "./authority.ts"
import { algorithmOf, keyKind, requestExtensions, revocationOf } from "./configuration.ts"
import { keepKey } from "./key.ts"
import { subjectName } from "./subject.ts"
import { withTags } from "./tags.ts"

type Input = In<"CreateCertificateAuthority">

export const CreateCertificateAuthority = op.action("CreateCertificateAuthority", {
  authorize: asks.anything,
  async run(ctx, input, call): Promise<Out<"CreateCertificateAuthority">> {
    const kind = keyKind(input.CertificateAuthorityConfiguration)
    const revocation = revocationOf(input.RevocationConfiguration)
    // Refused before a key is made for nothing.
    const { Subject, CsrExtensions } = input.CertificateAuthorityConfiguration
    subjectName(Subject)
    requestExtensions(CsrExtensions)
    assertStandard(input)
    const token = { of: "authority", token: input.IdempotencyToken }
    const { account, region } = call
    const begun = await ctx.write((tx) => ({
      made: madeBefore(tx, call, token),
      id: tx.random("acm-pca/authority").uuid(),
    }))
    if (begun.made !== undefined) return { CertificateAuthorityArn: begun.made }
    const ref: AuthorityRef = { account, region, id: begun.id }
    await assertBucket(ctx, ref, revocation)
    const pair = await generateKeys(kind).catch(() => {
      throw notImplemented(`keys of ${kind} on this version of Node.js`)
    })
    return ctx.write((tx) => {
      const made = madeBefore(tx, call, token)
      if (made !== undefined) return { CertificateAuthorityArn: made }
      assertRoom(tx, ref)
      const authority = newAuthority(tx, { ref, pair, revocation, input, call })
      tx.put(authorities, authority)
      keepKey(tx, ref, pair.privateKey)
      const arn = authorityArn(ref)
      remember(tx, call, { ...token, arn })
      return { CertificateAuthorityArn: arn }
    })
  },
})

/** The standard of the Regions of China is not kept here; the words are not verified. */
function assertStandard({ KeyStorageSecurityStandard: standard }: Input): void {
  if (standard === "CCPC_LEVEL_1_OR_HIGHER")
    throw invalidArgs(`${standard} is not available in this Region.`)
}

/** The words are not verified. */
function assertRoom(tx: WriteTx, { account, region }: AuthorityRef): void {
  const most = quota(tx, QUOTAS.authorities, { account, region })
  const { rows } = tx.scan(authorities, { prefix: [account, region], limit: most + 1 })
  if (rows.length >= most)
    throw limitExceeded(`An AWS Private CA quota has been exceeded: ${most} CAs per Region.`)
}

interface NewAuthority {
  readonly ref: AuthorityRef
  readonly pair: KeyPair
  readonly revocation: Authority["revocation"]
  readonly input: Input
  readonly call: Call
}

function newAuthority(
  tx: WriteTx,
  { ref, pair, revocation, input, call }: NewAuthority,
): Authority {
  const { CertificateAuthorityConfiguration: configuration } = input
  const key = createPrivateKey({ key: Buffer.from(pair.privateKey), format: "der", type: "pkcs8" })
  const request = signRequest(
    {
      subject: subjectName(configuration.Subject),
      publicKey: pair.publicKey,
      extensions: requestExtensions(configuration.CsrExtensions),
    },
    { key, algorithm: algorithmOf(configuration) },
  )
  return {
    ...ref,
    type: input.CertificateAuthorityType as Authority["type"],
    status: "PENDING_CERTIFICATE",
    ...{ configuration, revocation },
    usageMode: (input.UsageMode ?? "GENERAL_PURPOSE") as Authority["usageMode"],
    keyStandard: input.KeyStorageSecurityStandard ?? "FIPS_140_2_LEVEL_3_OR_HIGHER",
    ...{ createdMs: tx.now, changedMs: tx.now, tags: withTags({}, input.Tags) },
    publicKey: Buffer.from(pair.publicKey).toString("base64"),
    keyId: Buffer.from(keyIdentifier(pair.publicKey)).toString("hex"),
    ...{ request: pem("CERTIFICATE REQUEST", request), endpoint: hostOf(call.endpoint) },
  }
}

/** Name and port of an endpoint. */
export const hostOf = (endpoint: string): string => endpoint.replace(/^https?:\/\//, "")
