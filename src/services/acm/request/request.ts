import { generateKeys, type KeyAlgorithm, type KeyPair } from "../../../engines/x509/key-pair.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import {
  certificateArn,
  certificates,
  change,
  ownCertificates,
  type Certificate,
} from "../certificate/certificate.ts"
import { contentOfPem } from "../certificate/content.ts"
import { openKey, sealedKeys, sealPair } from "../certificate/key.ts"
import { withTags } from "../certificate/tags.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { limitExceeded } from "../errors.ts"
import { QUOTAS } from "../limits.ts"
import { inForce } from "../renewal/plan.ts"
import { madeBefore, remember } from "../token.ts"
import { beginValidation } from "../validation/validate.ts"
import { keyAlgorithmOf, methodOf, namesOf, validationsOf } from "./names.ts"
import { certifiedOf, failureOf, issueInput, requestText } from "./private.ts"

type Input = In<"RequestCertificate">

export const RequestCertificate = op.action("RequestCertificate", {
  authorize(tx, input, call) {
    const request = asks.anything(tx, input, call)
    return { ...request, context: { ...request.context, ...conditionKeys(input) } }
  },
  /** Only for a private one a pair of keys is needed at once. */
  begin(tx, input, call): Out<"RequestCertificate"> | undefined {
    const made = madeBefore(tx, call, tokenOf(input))
    if (made !== undefined) return { CertificateArn: made }
    if (input.CertificateAuthorityArn !== undefined) return undefined
    const certificate = newCertificate(tx, input, call)
    beginValidation(tx, certificate)
    return { CertificateArn: certificateArn(certificate) }
  },
  async run(ctx, input, call): Promise<Out<"RequestCertificate">> {
    const pair = await generateKeys(keyAlgorithmOf(input) as KeyAlgorithm)
    return ctx.write((tx) => {
      const made = madeBefore(tx, call, tokenOf(input))
      if (made !== undefined) return { CertificateArn: made }
      const certificate = newCertificate(tx, input, call)
      issuePrivate(tx, certificate, { pair, call })
      return { CertificateArn: certificateArn(certificate) }
    })
  },
})

const tokenOf = ({ IdempotencyToken: token, DomainName: domain }: Input) => ({
  ...{ of: `request ${domain}`, token },
})

/** ("Condition keys for AWS Certificate Manager".) */
function conditionKeys(input: Input): Record<string, string | readonly string[]> {
  const { CertificateAuthorityArn: authority, Options: options } = input
  return {
    "acm:DomainNames": [input.DomainName, ...(input.SubjectAlternativeNames ?? [])],
    "acm:KeyAlgorithm": input.KeyAlgorithm ?? "RSA_2048",
    "acm:CertificateTransparencyLogging":
      options?.CertificateTransparencyLoggingPreference ?? "ENABLED",
    "acm:Export": options?.Export ?? "DISABLED",
    ...(authority === undefined
      ? { "acm:ValidationMethod": input.ValidationMethod ?? "EMAIL" }
      : { "acm:CertificateAuthority": authority }),
  }
}

/** Throws LimitExceededException; the words are not verified. */
function assertRoom(tx: ReadTx, call: Call): void {
  const most = quota(tx, QUOTAS.certificates, call)
  const { rows } = tx.scan(certificates, { prefix: [call.account, call.region], limit: most + 1 })
  // Those that were imported have a quota of their own.
  const all = rows.length > most ? ownCertificates(tx, call) : rows
  if (all.filter(({ type }) => type !== "IMPORTED").length >= most)
    throw limitExceeded(`You have reached your limit of ${most} certificates.`)
}

function newCertificate(tx: WriteTx, input: Input, call: Call): Certificate {
  const names = namesOf(tx, input, call)
  const keyAlgorithm = keyAlgorithmOf(input)
  const { CertificateAuthorityArn: authorityArn, Options: options } = input
  const isPublic = authorityArn === undefined
  const method = isPublic ? methodOf(input) : undefined
  const validations = isPublic ? validationsOf(input, names) : []
  const tags = withTags({}, input.Tags)
  assertRoom(tx, call)
  const certificate: Certificate = {
    ...{ account: call.account, region: call.region, id: tx.random("acm/certificate").uuid() },
    ...{ type: isPublic ? "AMAZON_ISSUED" : "PRIVATE", status: "PENDING_VALIDATION" },
    ...{ domain: names[0] ?? "", names, keyAlgorithm, method, validations, authorityArn, tags },
    isLogged: isPublic && options?.CertificateTransparencyLoggingPreference !== "DISABLED",
    isExportable: isPublic && options?.Export === "ENABLED",
    ...{ createdMs: tx.now, isExported: false },
  }
  tx.put(certificates, certificate)
  remember(tx, call, { ...tokenOf(input), arn: certificateArn(certificate) })
  return certificate
}

interface Private {
  readonly pair: KeyPair
  readonly call: Call
}

/** The authority is asked with the caller's rights; what it refuses, the certificate tells. */
function issuePrivate(tx: WriteTx, certificate: Certificate, { pair, call }: Private): void {
  const { authorityArn = "", names } = certificate
  const key = sealPair(tx, certificate, pair)
  const pca = (operation: string, input: object) =>
    call.within(tx, { service: "acm-pca", operation, input })
  try {
    const csr = requestText(names, key.publicKey, openKey(tx, key))
    const made = pca("IssueCertificate", issueInput(tx, authorityArn, csr))
    const { CertificateArn } = made as { readonly CertificateArn: string }
    const got = pca("GetCertificate", { CertificateAuthorityArn: authorityArn, CertificateArn })
    const { certificate: text, chain } = certifiedOf(got)
    tx.put(sealedKeys, key)
    inForce(tx, certificate, {
      ...{ action: "ISSUANCE", status: "ISSUED", issuedMs: tx.now },
      content: contentOfPem(text, chain),
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    change(tx, certificate, { status: "FAILED", failure: failureOf(error) })
  }
}
