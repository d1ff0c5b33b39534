import { critical, keyUsage, type Extension } from "../../../engines/x509/extension.ts"
import { accessDescription } from "../../../engines/x509/general-name.ts"
import { sequence } from "../../../engines/x509/der.ts"
import type { KeyAlgorithm } from "../../../engines/x509/key-pair.ts"
import { ACCESS, EXTENSION } from "../../../engines/x509/object-ids.ts"
import type { SignatureAlgorithm } from "../../../engines/x509/signature.ts"
import type {
  CertificateAuthorityConfiguration,
  CsrExtensions,
  RevocationConfiguration,
} from "../../../models/types/acm-pca.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { generalName, usagesOf } from "../certificate/passthrough.ts"
import { fromGiven, invalidArgs } from "../errors.ts"

type Config = CertificateAuthorityConfiguration

/** The kind of key. Throws InvalidArgsException where key and signature do not go together. */
export function keyKind({ KeyAlgorithm: kind, SigningAlgorithm: algorithm }: Config): KeyAlgorithm {
  if (kind === "SM2" || algorithm === "SM3WITHSM2") throw notImplemented("SM2 certificates")
  // Not verified: the words.
  if (!suits(kind, algorithm))
    throw invalidArgs(`The signing algorithm ${algorithm} does not match a key of ${kind}.`)
  return kind as KeyAlgorithm
}

/** "The specified signing algorithm family must match the algorithm family of the CA's secret key." */
export function suits(kind: string, algorithm: string): boolean {
  if (kind.startsWith("RSA")) return algorithm.endsWith("WITHRSA")
  if (kind.startsWith("EC")) return algorithm.endsWith("WITHECDSA")
  return kind === algorithm
}

/** How the authority signs its own request, its lists and its answers. */
export const algorithmOf = (config: Config): SignatureAlgorithm =>
  config.SigningAlgorithm as SignatureAlgorithm

/** What a request asks for. Throws InvalidArgsException. */
export function requestExtensions(asked: CsrExtensions | undefined): readonly Extension[] {
  const { KeyUsage: usage, SubjectInformationAccess: accesses = [] } = asked ?? {}
  return fromGiven(() => [
    ...(usage ? [critical(keyUsage(usagesOf(usage)))] : []),
    ...(accesses.length === 0 ? [] : [informationAccess(accesses)]),
  ])
}

type Accesses = NonNullable<CsrExtensions["SubjectInformationAccess"]>

const informationAccess = (accesses: Accesses): Extension => ({
  id: EXTENSION.subjectInfoAccess,
  critical: false,
  value: sequence(
    ...accesses.map(({ AccessMethod: method, AccessLocation: place }) =>
      accessDescription(methodOf(method), generalName(place)),
    ),
  ),
})

const METHODS: Readonly<Record<string, string>> = {
  CA_REPOSITORY: ACCESS.caRepository,
  RESOURCE_PKI_MANIFEST: ACCESS.rpkiManifest,
  RESOURCE_PKI_NOTIFY: ACCESS.rpkiNotify,
}

function methodOf(method: {
  readonly AccessMethodType?: string | undefined
  readonly CustomObjectIdentifier?: string | undefined
}): string {
  const { AccessMethodType: type, CustomObjectIdentifier: custom } = method
  const id = type === undefined ? custom : METHODS[type]
  // AccessMethod: "Only one of CustomObjectIdentifier and AccessMethodType may be provided."
  if (id === undefined || (type !== undefined && custom !== undefined))
    throw invalidArgs("Give one of CustomObjectIdentifier and AccessMethodType.")
  return id
}

/**
 * The configuration with its defaults. Throws InvalidArgsException; the words are not verified.
 */
export function revocationOf(given: RevocationConfiguration = {}): RevocationConfiguration {
  const { CrlConfiguration: list, OcspConfiguration: ocsp } = given
  assertName(list?.CustomCname)
  assertName(ocsp?.OcspCustomCname)
  const OcspConfiguration = ocsp?.Enabled ? ocsp : { Enabled: false }
  if (!list?.Enabled) return { CrlConfiguration: { Enabled: false }, OcspConfiguration }
  if (list.S3BucketName === undefined || list.ExpirationInDays === undefined)
    throw invalidArgs("A CRL needs S3BucketName and ExpirationInDays.")
  const S3ObjectAcl = list.S3ObjectAcl ?? "PUBLIC_READ"
  return { CrlConfiguration: { ...list, S3ObjectAcl }, OcspConfiguration }
}

/** "The CNAME must not include a protocol prefix such as "http://" or "https://"." */
function assertName(name: string | undefined): void {
  if (name !== undefined && /^https?:\/\//i.test(name))
    throw invalidArgs(`The custom CNAME ${name} must not include a protocol prefix.`)
}
