import {
  readCertificate,
  sameBytes,
  serialOf,
  signCertificate,
} from "../../../engines/x509/certificate.ts"
import { DerError } from "../../../engines/x509/der-reader.ts"
import { findExtension, readSubjectKeyIdentifier } from "../../../engines/x509/extension.ts"
import { readName } from "../../../engines/x509/name.ts"
import { EXTENSION } from "../../../engines/x509/object-ids.ts"
import { pemBlocks } from "../../../engines/x509/pem.ts"
import { isGenuine, readRequest, type CertificateRequest } from "../../../engines/x509/request.ts"
import type { SignatureAlgorithm } from "../../../engines/x509/signature.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { accessTo } from "../access.ts"
import { authorityArn, findAuthority, refOf, type Authority } from "../authority/authority.ts"
import { suits } from "../authority/configuration.ts"
import { signerOf } from "../authority/key.ts"
import { op, type In, type Out } from "../define.ts"
import {
  badRequestText,
  cannotIssue,
  invalidArgs,
  limitExceeded,
  outlivesAuthority,
} from "../errors.ts"
import { QUOTAS, SHORT_LIVED_MS } from "../limits.ts"
import { takePartition } from "../revocation/partition.ts"
import { madeBefore, remember } from "../token.ts"
import { extensionsOf, subjectOf } from "./content.ts"
import { certificateArn, counts, findIssued, issued } from "./issued.ts"
import { defaultTemplate, findTemplate, type Template } from "./template.ts"
import { spanOf, type Span } from "./validity.ts"

type Input = In<"IssueCertificate">

const templateArn = (input: Input, call: Call): string =>
  input.TemplateArn ?? defaultTemplate(call.partition)

export const IssueCertificate = op.write("IssueCertificate", {
  authorize(tx, input, call) {
    const request = accessTo(tx, input.CertificateAuthorityArn, call)
    const context = { ...request.context, "acm-pca:TemplateArn": templateArn(input, call) }
    return { ...request, context }
  },
  run(tx, input, call): Out<"IssueCertificate"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    const token = { of: authorityArn(authority), token: input.IdempotencyToken }
    const made = madeBefore(tx, call, token)
    if (made !== undefined) return { CertificateArn: made }
    const template = findTemplate(templateArn(input, call))
    assertState(authority, template)
    const request = requestIn(input.Csr)
    assertTemplate(authority, template, request)
    assertAlgorithm(authority, input.SigningAlgorithm)
    const span = spanOf(input.Validity, input.ValidityNotBefore, tx.now)
    assertSpan(authority, template, span)
    countOne(tx, authority)
    const arn = issue(tx, { authority, template, request, span, input, call })
    remember(tx, call, { ...token, arn })
    return { CertificateArn: arn }
  },
})

/** A root that waits for its certificate may sign that one. */
function assertState(authority: Authority, { kind }: Template): void {
  const { status, type } = authority
  if (status === "ACTIVE") return
  const isFirst = kind === "root" && type === "ROOT"
  if (isFirst && (status === "PENDING_CERTIFICATE" || status === "EXPIRED")) return
  throw cannotIssue(authorityArn(authority))
}

/** Throws MalformedCSRException. The words are not verified. */
function requestIn(bytes: Uint8Array): CertificateRequest {
  const blocks = pemBlocks(Buffer.from(bytes).toString("latin1"))
  const [block] = blocks ?? []
  if (blocks?.length !== 1 || !block?.label.endsWith("CERTIFICATE REQUEST"))
    throw badRequestText("The certificate signing request is not in PEM format.")
  const { request, isNamed } = readOrRefuse(block.der)
  if (!isGenuine(request))
    throw badRequestText("The signature of the certificate signing request is not valid.")
  // "A CSR must provide either a subject name or a subject alternative name".
  if (!isNamed)
    throw badRequestText("A CSR must provide a subject name or a subject alternative name.")
  return request
}

function readOrRefuse(der: Uint8Array) {
  try {
    const request = readRequest(der)
    const altNames = findExtension(request.extensions, EXTENSION.subjectAltName)
    const parts = readName(request.subject).length
    return { request, isNamed: altNames !== undefined || parts > 0 }
  } catch (error) {
    if (error instanceof DerError)
      throw badRequestText("The certificate signing request is not valid.")
    throw error
  }
}

/** Roots are for an authority's own key; below an authority stand no more than it allows. */
function assertTemplate(
  authority: Authority,
  template: Template,
  request: CertificateRequest,
): void {
  const isOwn = sameBytes(request.publicKey, Buffer.from(authority.publicKey, "base64"))
  if (template.kind === "root") {
    if (authority.type !== "ROOT" || !isOwn)
      throw invalidArgs(`The template ${template.arn} is for a root CA's own certificate.`)
    return
  }
  const { pathLength } = authority.installed ?? {}
  if (template.kind !== "subordinate" || pathLength === undefined) return
  if (template.pathLength === undefined || template.pathLength >= pathLength)
    throw invalidArgs(`The path length of the CA, ${pathLength}, does not allow ${template.arn}.`)
}

function assertAlgorithm({ configuration }: Authority, algorithm: string): void {
  if (algorithm === "SM3WITHSM2") throw notImplemented("SM2 certificates")
  if (!suits(configuration.KeyAlgorithm, algorithm))
    throw invalidArgs(
      `The signing algorithm ${algorithm} does not match the CA's key of ${configuration.KeyAlgorithm}.`,
    )
}

function assertSpan({ installed, usageMode }: Authority, { kind }: Template, span: Span): void {
  if (kind === "root") return
  if (installed && span.notAfterMs > installed.notAfterMs) throw outlivesAuthority()
  const livesMs = span.notAfterMs - span.notBeforeMs
  // The hour by which certificates are backdated does not count. The words are not verified.
  if (usageMode === "SHORT_LIVED_CERTIFICATE" && livesMs > SHORT_LIVED_MS + 3_600_000)
    throw invalidArgs("A short-lived certificate is valid for seven days at most.")
}

function countOne(tx: WriteTx, { account, region, id }: Authority): void {
  const { certificates = 0 } = tx.get(counts, [account, region, id]) ?? {}
  const most = quota(tx, QUOTAS.certificates, { account, region })
  // The words are not verified.
  if (certificates >= most)
    throw limitExceeded(`An AWS Private CA quota has been exceeded: ${most} certificates per CA.`)
  tx.put(counts, { account, region, id, certificates: certificates + 1 })
}

interface Issue {
  readonly authority: Authority
  readonly template: Template
  readonly request: CertificateRequest
  readonly span: Span
  readonly input: Input
  readonly call: Call
}

function issue(tx: WriteTx, { authority, template, request, span, input, call }: Issue): string {
  const { installed } = authority
  const own = installed && readCertificate(Buffer.from(installed.certificate, "base64"))
  const partition = template.kind === "root" ? undefined : takePartition(tx, authority)
  const sources = {
    ...{ authority, template, request, passed: input.ApiPassthrough, partition },
    issuerKeyId:
      (own && readSubjectKeyIdentifier(own.extensions)) ?? Buffer.from(authority.keyId, "hex"),
  }
  const subject = subjectOf(sources)
  const serial = freeSerial(tx, authority)
  const der = signCertificate(
    {
      ...{ serial, subject, ...span, publicKey: request.publicKey },
      issuer: template.kind === "root" ? subject : (own?.subject ?? subject),
      extensions: extensionsOf(sources),
    },
    signerOf(tx, authority, input.SigningAlgorithm as SignatureAlgorithm),
  )
  const digits = Buffer.from(serial).toString("hex")
  const service = call.via?.at(-1) ?? (call.principal.type === "service" && call.principal.name)
  tx.put(issued, {
    ...{ ...refOf(authority), serial: digits, ...span },
    certificate: Buffer.from(der).toString("base64"),
    ...{ templateArn: template.arn, issuedMs: tx.now, partition },
    ...(service ? { service } : {}),
  })
  return certificateArn(authority, digits)
}

/** A world that begins anew with its seed draws what it has drawn before. */
function freeSerial(tx: WriteTx, authority: Authority): Uint8Array {
  const stream = tx.random("acm-pca/serial")
  for (;;) {
    const serial = serialOf(stream.bytes(16))
    if (!findIssued(tx, authority, Buffer.from(serial).toString("hex"))) return serial
  }
}
