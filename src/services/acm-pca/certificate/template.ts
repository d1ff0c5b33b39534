import type { KeyUsage } from "../../../engines/x509/extension.ts"
import { PURPOSE } from "../../../engines/x509/object-ids.ts"
import { invalidArgs } from "../errors.ts"

/** What a template fixes ("AWS Private CA template definitions"). */
export interface Template {
  readonly arn: string
  readonly kind: "end-entity" | "subordinate" | "root"
  readonly pathLength?: number | undefined
  readonly isConstraintsCritical: boolean
  /** Critical, where there are some. */
  readonly keyUsage?: readonly KeyUsage[] | undefined
  readonly purposes?: readonly string[] | undefined
  readonly isPurposeCritical: boolean
  /** Whether the request to the API, or the CSR, may add to it. */
  readonly api: boolean
  readonly csr: boolean
}

interface Base {
  readonly kind: Template["kind"]
  readonly keyUsage?: readonly KeyUsage[]
  readonly purposes?: readonly string[]
  readonly isPurposeCritical?: boolean
  readonly isConstraintsCritical?: boolean
  /** `_PathLen0` to `_PathLen3`: always there, or only sometimes. */
  readonly pathLength?: "always" | "sometimes"
  readonly varieties: readonly string[]
}

const ALL = ["", "CSRPassthrough", "APIPassthrough", "APICSRPassthrough"]
const PASSTHROUGH = ALL.slice(1)
const SIGNING: readonly KeyUsage[] = ["digitalSignature", "keyCertSign", "cRLSign"]
const TLS: readonly KeyUsage[] = ["digitalSignature", "keyEncipherment"]

const entity = (keyUsage: readonly KeyUsage[], purposes: readonly string[]): Base => ({
  ...{ kind: "end-entity", keyUsage, purposes, varieties: ALL },
})

/** ("AWS Private CA template varieties".) */
const BASES: Readonly<Record<string, Base>> = {
  EndEntityCertificate: entity(TLS, [PURPOSE.serverAuth, PURPOSE.clientAuth]),
  EndEntityClientAuthCertificate: entity(TLS, [PURPOSE.clientAuth]),
  EndEntityServerAuthCertificate: entity(TLS, [PURPOSE.serverAuth]),
  CodeSigningCertificate: entity(["digitalSignature"], [PURPOSE.codeSigning]),
  OCSPSigningCertificate: {
    ...entity(["digitalSignature"], [PURPOSE.ocspSigning]),
    isPurposeCritical: true,
  },
  BlankEndEntityCertificate: { kind: "end-entity", varieties: PASSTHROUGH },
  BlankEndEntityCertificate_CriticalBasicConstraints: {
    ...{ kind: "end-entity", isConstraintsCritical: true, varieties: PASSTHROUGH },
  },
  SubordinateCACertificate: {
    ...{ kind: "subordinate", keyUsage: SIGNING, pathLength: "always", varieties: ALL },
  },
  BlankSubordinateCACertificate: {
    ...{ kind: "subordinate", pathLength: "always", varieties: PASSTHROUGH },
  },
  RootCACertificate: { kind: "root", keyUsage: SIGNING, varieties: ["", "APIPassthrough"] },
  BlankRootCACertificate: { kind: "root", pathLength: "sometimes", varieties: ["APIPassthrough"] },
}

const ARN = /^arn:[\w-]+:acm-pca:::template\/(\w+)\/V1$/
const NAME = /^(\w+?)(?:_PathLen([0-3]))?(?:_(CSRPassthrough|APIPassthrough|APICSRPassthrough))?$/

/** The template that is meant where none is named. */
export const defaultTemplate = (partition: string): string =>
  `arn:${partition}:acm-pca:::template/EndEntityCertificate/V1`

/** Throws InvalidArgsException; the words are not verified. */
export function findTemplate(arn: string): Template {
  const name = ARN.exec(arn)?.[1] ?? ""
  const [, baseName = "", digits, variety = ""] = NAME.exec(name) ?? []
  const base = Object.hasOwn(BASES, baseName) ? BASES[baseName] : undefined
  const hasLength = digits !== undefined
  const isWell = base?.pathLength === "sometimes" || hasLength === (base?.pathLength === "always")
  if (!base || !isWell || !base.varieties.includes(variety))
    throw invalidArgs(`The template ${arn} is not valid.`)
  const { kind, keyUsage, purposes } = base
  return {
    ...{ arn, kind, keyUsage, purposes, pathLength: hasLength ? Number(digits) : undefined },
    isConstraintsCritical: kind !== "end-entity" || base.isConstraintsCritical === true,
    isPurposeCritical: base.isPurposeCritical === true,
    api: variety.startsWith("API"),
    csr: variety.includes("CSR"),
  }
}
