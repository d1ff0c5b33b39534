import { partitionOf } from "../../../kernel/places.ts"
import type { TimerId } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type {
  CertificateAuthorityConfiguration,
  RevocationConfiguration,
} from "../../../models/types/acm-pca.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagPairs } from "../../../registry/resource.ts"
import { invalidArn, noAuthority } from "../errors.ts"

/** ("Certificate authority status".) CREATING and FAILED never show: see NOTES.md. */
export type AuthorityStatus = "PENDING_CERTIFICATE" | "ACTIVE" | "DISABLED" | "EXPIRED" | "DELETED"

/** The certificate by which an authority signs. Base64 of DER. */
export interface Installed {
  readonly certificate: string
  /** Its issuers', up to the root; a root has none. */
  readonly chain: readonly string[]
  readonly serial: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** How many authorities may stand below; absent: any number. */
  readonly pathLength?: number | undefined
}

export interface AuthorityRef {
  readonly account: string
  readonly region: string
  readonly id: string
}

export interface Authority extends AuthorityRef {
  readonly type: "ROOT" | "SUBORDINATE"
  readonly status: AuthorityStatus
  readonly configuration: CertificateAuthorityConfiguration
  readonly revocation: RevocationConfiguration
  readonly usageMode: "GENERAL_PURPOSE" | "SHORT_LIVED_CERTIFICATE"
  readonly keyStandard: string
  readonly createdMs: number
  readonly changedMs: number
  readonly tags: Readonly<Record<string, string>>
  readonly policy?: string | undefined
  /** Base64 of SubjectPublicKeyInfo, and SHA-1 of its bits in hexadecimal digits. */
  readonly publicKey: string
  readonly keyId: string
  /** PEM. */
  readonly request: string
  readonly installed?: Installed | undefined
  readonly expiry?: TimerId | undefined
  /** By what name and port its owner reaches the cloud: what certificates say of lists and OCSP. */
  readonly endpoint: string
  readonly deletion?: {
    /** What a restored one goes back to. */
    readonly from: AuthorityStatus
    readonly atMs: number
    readonly timer: TimerId
  }
}

export const authorities = table<Authority>("acm-pca/authority", {
  key: ({ account, region, id }) => [account, region, id],
  // OCSP asks by key, whoever the owner is.
  indexes: { byKey: ({ keyId }) => [keyId] },
  cached: true,
})

export const authorityArn = ({ account, region, id }: AuthorityRef): string =>
  `arn:${partitionOf(region).id}:acm-pca:${region}:${account}:certificate-authority/${id}`

export const authorityResource = resource<Authority>("AWS::ACMPCA::CertificateAuthority", {
  table: authorities,
  scope: "regional",
  title: "Private certificate authority",
  arn: authorityArn,
  tagsOf: ({ tags }) => tags,
  policyOf: ({ policy }) => policy,
  ...keyedByPlace(authorities, "certificate-authority/"),
  tags: {
    tag: (row, tags) => [
      "TagCertificateAuthority",
      { CertificateAuthorityArn: authorityArn(row), Tags: tagPairs(tags) },
    ],
    untag: (row, keys) => [
      "UntagCertificateAuthority",
      { CertificateAuthorityArn: authorityArn(row), Tags: keys.map((Key) => ({ Key })) },
    ],
  },
})

export const refOf = ({ account, region, id }: AuthorityRef): AuthorityRef => ({
  ...{ account, region, id },
})

const ARN = /^arn:[\w-]+:acm-pca:([\w-]+):(\d{12}):certificate-authority\/([\w-]+)$/

/** Throws InvalidArnException. */
export function parseAuthorityArn(arn: string): AuthorityRef {
  const [, region, account, id] = ARN.exec(arn) ?? []
  if (region === undefined || account === undefined || id === undefined) throw invalidArn(arn)
  return { account, region, id }
}

export const authorityOf = (tx: ReadTx, { account, region, id }: AuthorityRef) =>
  tx.get(authorities, [account, region, id])

/** Undefined where there is none of that ARN in the caller's Region. */
export function lookUp(tx: ReadTx, arn: string, call: Pick<Call, "region">): Authority | undefined {
  const ref = parseAuthorityArn(arn)
  return ref.region === call.region ? authorityOf(tx, ref) : undefined
}

/** Throws InvalidArnException, ResourceNotFoundException. */
export function findAuthority(tx: ReadTx, arn: string, call: Pick<Call, "region">): Authority {
  const found = lookUp(tx, arn, call)
  if (!found) throw noAuthority(arn)
  return found
}
