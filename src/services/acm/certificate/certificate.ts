import type { TimerId } from "../../../kernel/later/later.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagPairs } from "../../../registry/resource.ts"
import { invalidArn, noCertificate } from "../errors.ts"
import { STRIDE } from "../limits.ts"
import type { Content } from "./content.ts"

export type CertificateStatus =
  | "PENDING_VALIDATION"
  | "ISSUED"
  | "EXPIRED"
  | "VALIDATION_TIMED_OUT"
  | "REVOKED"
  | "FAILED"

export interface CertificateRef {
  readonly account: string
  readonly region: string
  readonly id: string
}

/** How a request proves that a name is the requester's. */
export interface Validation {
  /** As it is in the certificate, with `*.` if so. */
  readonly domain: string
  /** To whose addresses mail goes. */
  readonly validationDomain: string
  readonly status: "PENDING_VALIDATION" | "SUCCESS"
}

export interface Renewal {
  readonly status: "PENDING_AUTO_RENEWAL" | "PENDING_VALIDATION" | "SUCCESS" | "FAILED"
  readonly updatedMs: number
  readonly reason?: string | undefined
}

export interface Certificate extends CertificateRef {
  readonly type: "AMAZON_ISSUED" | "PRIVATE" | "IMPORTED"
  readonly status: CertificateStatus
  readonly domain: string
  /** The domain first. */
  readonly names: readonly string[]
  /** `RSA_2048` */
  readonly keyAlgorithm: string
  readonly method?: "DNS" | "EMAIL" | undefined
  readonly validations: readonly Validation[]
  readonly isLogged: boolean
  readonly isExportable: boolean
  readonly authorityArn?: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly createdMs: number
  readonly importedMs?: number | undefined
  readonly issuedMs?: number | undefined
  readonly content?: Content | undefined
  readonly failure?: string | undefined
  readonly revoked?: { readonly atMs: number; readonly reason: string } | undefined
  /** Whether it was exported since it was issued or last renewed. */
  readonly isExported: boolean
  readonly renewal?: Renewal | undefined
  /** The end of the time for validation, or of the certificate. */
  readonly end?: TimerId | undefined
  /** When renewal is looked at next. */
  readonly renewalTimer?: TimerId | undefined
  /** When it is looked at next whether somebody is to be warned of the end. */
  readonly warning?: TimerId | undefined
}

export const certificates = table<Certificate>("acm/certificate", {
  key: ({ account, region, id }) => [account, region, id],
  cached: true,
})

export const certificateArn = ({ account, region, id }: CertificateRef): string =>
  `arn:${partitionOf(region).id}:acm:${region}:${account}:certificate/${id}`

export const certificateResource = resource<Certificate>("AWS::CertificateManager::Certificate", {
  table: certificates,
  scope: "regional",
  title: "Certificate",
  arn: certificateArn,
  tagsOf: ({ tags }) => tags,
  ...keyedByPlace(certificates, "certificate/"),
  tags: {
    tag: (row, tags) => [
      "AddTagsToCertificate",
      { CertificateArn: certificateArn(row), Tags: tagPairs(tags) },
    ],
    untag: (row, keys) => [
      "RemoveTagsFromCertificate",
      { CertificateArn: certificateArn(row), Tags: keys.map((Key) => ({ Key })) },
    ],
  },
})

export const refOf = ({ account, region, id }: CertificateRef): CertificateRef => ({
  ...{ account, region, id },
})

export const certificateOf = (tx: ReadTx, { account, region, id }: CertificateRef) =>
  tx.get(certificates, [account, region, id])

const ARN = /^arn:[\w-]+:acm:([\w-]+):(\d{12}):certificate\/([\w-]+)$/

/** Throws InvalidArnException. */
export function parseCertificateArn(arn: string): CertificateRef {
  const [, region, account, id] = ARN.exec(arn) ?? []
  if (region === undefined || account === undefined || id === undefined) throw invalidArn(arn)
  return { account, region, id }
}

/** Undefined where there is none of that ARN in the caller's Region: certificates do not travel. */
export function lookUp(
  tx: ReadTx,
  arn: string,
  call: Pick<Call, "region">,
): Certificate | undefined {
  const ref = parseCertificateArn(arn)
  return ref.region === call.region ? certificateOf(tx, ref) : undefined
}

/** Throws InvalidArnException, ResourceNotFoundException. */
export function findCertificate(tx: ReadTx, arn: string, call: Call): Certificate {
  const found = lookUp(tx, arn, call)
  if (!found) throw noCertificate(arn, call.account)
  return found
}

/** Writes a changed certificate over the one that was read. */
export function change(tx: WriteTx, old: Certificate, more: Partial<Certificate>): Certificate {
  const changed = { ...old, ...more }
  tx.replace(certificates, old, changed)
  return changed
}

/** More than the highest quotas together allow. */
const CERTIFICATES_MOST = 200_000

/** All of an account in a Region, the oldest first. */
export function ownCertificates(
  tx: ReadTx,
  { account, region }: Pick<CertificateRef, "account" | "region">,
): readonly Certificate[] {
  const all: Certificate[] = []
  let after: string | undefined
  while (all.length < CERTIFICATES_MOST) {
    const page = tx.scan(certificates, { prefix: [account, region], after, limit: STRIDE })
    all.push(...page.rows)
    after = page.next
    if (after === undefined) break
  }
  return all.toSorted((a, b) => a.createdMs - b.createdMs)
}
