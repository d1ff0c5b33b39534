import type { KeyObject } from "node:crypto"
import { subjectAltName } from "../../../engines/x509/extension.ts"
import { writeName } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { pem } from "../../../engines/x509/pem.ts"
import { signRequest } from "../../../engines/x509/request.ts"
import type { SignatureAlgorithm } from "../../../engines/x509/signature.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import type { Certified } from "../../../kernel/outside.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { authorityByArn } from "../../acm-pca/port.ts"
import { certificateArn, type Certificate } from "../certificate/certificate.ts"
import { ACM } from "../define.ts"
import { PRIVATE_DAYS } from "../limits.ts"

/** What ACM asks of an authority for a pair of keys. PEM. `publicKey`: DER in base64. */
export function requestText(names: readonly string[], publicKey: string, key: KeyObject): string {
  const [first = ""] = names
  const isRsa = key.asymmetricKeyType === "rsa"
  const der = signRequest(
    {
      subject: writeName(first.length > 64 ? [] : [{ type: ATTRIBUTE.commonName, value: first }]),
      publicKey: Buffer.from(publicKey, "base64"),
      extensions: [subjectAltName(names.map((value) => ({ kind: "dns", value }) as const))],
    },
    { key, algorithm: isRsa ? "SHA256WITHRSA" : "SHA256WITHECDSA" },
  )
  return pem("CERTIFICATE REQUEST", der)
}

/** The input of IssueCertificate of AWS Private CA. */
export const issueInput = (tx: ReadTx, authorityArn: string, csr: string): object => ({
  ...{ CertificateAuthorityArn: authorityArn, Csr: Buffer.from(csr) },
  SigningAlgorithm: signingAlgorithm(tx, authorityArn),
  Validity: { Type: "DAYS", Value: PRIVATE_DAYS },
})

/** The authority's own: of another one that cannot be seen, whatever; it refuses by itself. */
function signingAlgorithm(tx: ReadTx, arn: string): SignatureAlgorithm {
  const found = authorityByArn(tx, arn)
  return (found?.configuration.SigningAlgorithm ?? "SHA256WITHRSA") as SignatureAlgorithm
}

interface PrivateOrder {
  readonly certificate: Certificate
  readonly authorityArn: string
  readonly csr: string
}

/** Renews: ACM asks as itself, by the permission that the authority's owner gave. */
export async function privateCertificate(
  ctx: ActionContext,
  { certificate, authorityArn, csr }: PrivateOrder,
): Promise<Certified> {
  const { account, region } = certificate
  const source = { sourceArn: certificateArn(certificate), sourceAccount: account }
  const caller = { service: "acm-pca", account, region, as: ACM, ...source }
  const input = await ctx.read((tx) => issueInput(tx, authorityArn, csr))
  const made = await ctx.call({ ...caller, operation: "IssueCertificate", input })
  const { CertificateArn } = made as { readonly CertificateArn: string }
  const got = await ctx.call({
    ...{ ...caller, operation: "GetCertificate" },
    input: { CertificateAuthorityArn: authorityArn, CertificateArn },
  })
  return certifiedOf(got)
}

export function certifiedOf(answer: object): Certified {
  const { Certificate = "", CertificateChain = "" } = answer as {
    readonly Certificate?: string
    readonly CertificateChain?: string
  }
  return { certificate: Certificate, chain: CertificateChain }
}

const FAILURES: Readonly<Record<string, string>> = {
  LimitExceededException: "PCA_LIMIT_EXCEEDED",
  InvalidArnException: "PCA_INVALID_ARN",
  InvalidStateException: "PCA_INVALID_STATE",
  RequestFailedException: "PCA_REQUEST_FAILED",
  ResourceNotFoundException: "PCA_RESOURCE_NOT_FOUND",
  InvalidArgsException: "PCA_INVALID_ARGS",
  ValidationException: "PCA_INVALID_DURATION",
  AccessDenied: "PCA_ACCESS_DENIED",
  AccessDeniedException: "PCA_ACCESS_DENIED",
}

/** The API's FailureReason. */
export const failureOf = (error: unknown): string =>
  error instanceof AwsError ? (FAILURES[error.code] ?? "OTHER") : "OTHER"
