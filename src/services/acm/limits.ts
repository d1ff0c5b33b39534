import type { Quota } from "../../kernel/quotas.ts"

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** RequestCertificate: tokens "time out after one hour". */
export const TOKEN_MS = HOUR_MS
/** "If the domain is not validated within 72 hours … the request times out." */
export const VALIDATION_MS = 72 * HOUR_MS
/** "As of February 2026 … public certificates are valid for 198 days", renewed 45 days before. */
export const PUBLIC_MS = 198 * DAY_MS
export const PUBLIC_RENEWAL_MS = 45 * DAY_MS
/** Private ones: "13 months (395 days)", and "60 days away from expiration". */
export const PRIVATE_DAYS = 395
export const PRIVATE_RENEWAL_MS = 60 * DAY_MS
/** Not verified: how often a renewal is tried. */
export const RENEWAL_EVERY_MS = DAY_MS

export const TAGS = 50
/** ListCertificates: its summaries have "the first 100" names. */
export const SUMMARY_NAMES = 100
export const PAGE = 1_000
/** Rows that one read takes. */
export const STRIDE = 500
/** Recorded: 1 to 90, and 45 where nothing is set. */
export const EXPIRY_DAYS = Object.freeze({ least: 1, most: 90, default: 45 })
/** Services that use one certificate, as far as DescribeCertificate tells. */
export const USERS = 1_000

const acm = (code: string, name: string, value: number, most: number): Quota =>
  Object.freeze({
    ...{ service: "acm", code, name, value, most },
    ...{ scope: "region" as const, unit: "None" as const },
  })

/** ("AWS Certificate Manager endpoints and quotas".) The highest values are not verified. */
export const QUOTAS = Object.freeze({
  certificates: acm("L-F141DD1D", "ACM certificates", 2_500, 100_000),
  imported: acm("L-D2CB7DE9", "Imported certificates", 2_500, 100_000),
  names: acm("L-FB94F0B0", "Domain names per ACM certificate", 10, 100),
})
