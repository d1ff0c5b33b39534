import type { Quota } from "../../kernel/quotas.ts"

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** "Idempotency tokens … time out after five minutes." */
export const TOKEN_MS = 5 * MINUTE_MS

/** DeleteCertificateAuthority. */
export const DELETION_DAYS = Object.freeze({ default: 30 })

/** TagCertificateAuthority. */
export const TAGS = 50

/** IssueCertificate: not before is "the issuance time minus 60 minutes". */
export const BACKDATED_MS = HOUR_MS

/** "Short-lived certificate mode": certificates of seven days at most. */
export const SHORT_LIVED_MS = 7 * DAY_MS

/** "A CRL is typically updated approximately 30 minutes after a certificate is revoked." */
export const LIST_DELAY_MS = 30 * MINUTE_MS
/** "If for any reason a CRL update fails, AWS Private CA makes further attempts every 15 minutes." */
export const LIST_RETRY_MS = 15 * MINUTE_MS

/** How long an answer of the OCSP responder is good: not verified. */
export const OCSP_MS = HOUR_MS

/** Not verified: how many certificates AWS binds to one partition of a list. */
export const PARTITION_CERTIFICATES = 10_000
export const PARTITIONS_MOST = 1_000

/** Rows that one step of a job or one page of a scan takes. */
export const STRIDE = 500
/** Entries of one list or report, at most; AWS's quota of revoked certificates is above it. */
export const ENTRIES_MOST = 100_000

/** API: pages of lists. */
export const PAGE = 1_000

const pca = (code: string, name: string, value: number, most?: number): Quota =>
  Object.freeze({
    ...{ service: "acm-pca", code, name, value },
    ...(most !== undefined && { most }),
    ...{ scope: "region" as const, unit: "None" as const },
  })

/** ("AWS Private CA endpoints and quotas".) The codes and the highest values are not verified. */
export const QUOTAS = Object.freeze({
  authorities: pca("L-F08EC58A", "Number of private certificate authorities (CAs)", 200, 10_000),
  certificates: pca("L-54E5DFFF", "Number of private certificates per private CA", 1_000_000),
})
