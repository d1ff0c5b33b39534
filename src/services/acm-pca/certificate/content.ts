import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  critical,
  crlDistributionPoints,
  extendedKeyUsage,
  findExtension,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
  type Extension,
} from "../../../engines/x509/extension.ts"
import { ACCESS, EXTENSION } from "../../../engines/x509/object-ids.ts"
import type { CertificateRequest } from "../../../engines/x509/request.ts"
import type { ApiPassthrough } from "../../../models/types/acm-pca.ts"
import type { Authority } from "../authority/authority.ts"
import { subjectName } from "../authority/subject.ts"
import { listAddress, ocspAddress } from "../revocation/addresses.ts"
import { passedExtensions } from "./passthrough.ts"
import type { Template } from "./template.ts"

interface Sources {
  readonly authority: Authority
  readonly template: Template
  readonly request: CertificateRequest
  readonly passed: ApiPassthrough | undefined
  /** SHA-1 of the issuer's public key, as the issuer's certificate has it. */
  readonly issuerKeyId: Uint8Array
  /** The list that it is bound to, where there are several. */
  readonly partition: string | undefined
}

/** Never taken from a request: the issuer's own word. */
const OWN: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.subjectKeyIdentifier,
])

/** "Subject … [Passthrough from API or CSR]". */
export function subjectOf({ template, request, passed }: Sources): Uint8Array {
  const subject = template.api ? passed?.Subject : undefined
  return subject ? subjectName(subject) : request.subject
}

/**
 * "For each extension value, the template definition has highest priority, followed by API
 * passthrough values, followed by CSR passthrough extensions." The alternative names of the CSR
 * are always copied.
 */
export function extensionsOf(sources: Sources): readonly Extension[] {
  const { template, request, passed } = sources
  const altNames = findExtension(request.extensions, EXTENSION.subjectAltName)
  const layers = [
    fixed(sources),
    template.api ? passedExtensions(passed?.Extensions) : [],
    template.csr ? request.extensions : altNames ? [altNames] : [],
  ]
  const found = new Map<string, Extension>()
  for (const [at, layer] of layers.entries())
    for (const one of layer) {
      const isOurs = at > 0 && OWN.has(one.id)
      if (!isOurs && !found.has(one.id)) found.set(one.id, one)
    }
  return [...found.values()]
}

/** What the template and the authority's configuration say. */
function fixed({ authority, template, request, issuerKeyId, partition }: Sources): Extension[] {
  const isAuthority = template.kind !== "end-entity"
  const constraints = basicConstraints({
    authority: isAuthority,
    pathLength: template.pathLength,
  })
  const { keyUsage: usages, purposes } = template
  const purpose = purposes && extendedKeyUsage(purposes)
  return [
    template.isConstraintsCritical ? critical(constraints) : constraints,
    // A root needs none of its own.
    ...(template.kind === "root" ? [] : [authorityKeyIdentifier(issuerKeyId)]),
    subjectKeyIdentifier(keyIdentifier(request.publicKey)),
    ...(usages ? [critical(keyUsage(usages))] : []),
    ...(purpose ? [template.isPurposeCritical ? critical(purpose) : purpose] : []),
    ...(template.kind === "root" ? [] : addresses(authority, partition)),
  ]
}

function addresses(authority: Authority, partition: string | undefined): Extension[] {
  const list = listAddress(authority, partition)
  const ocsp = ocspAddress(authority)
  return [
    ...(list === undefined ? [] : [crlDistributionPoints([list])]),
    ...(ocsp === undefined
      ? []
      : [authorityInfoAccess([[ACCESS.ocsp, { kind: "uri", value: ocsp }]])]),
  ]
}
