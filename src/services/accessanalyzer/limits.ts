/** "IAM Access Analyzer quotas": analyzers of a type; that of organizations is not verified. */
export const MOST_ANALYZERS = Object.freeze({
  ACCOUNT: 1,
  ORGANIZATION: 5,
  ACCOUNT_UNUSED_ACCESS: 1,
  ORGANIZATION_UNUSED_ACCESS: 5,
  // "You can only create one organization-level internal access analyzer".
  ACCOUNT_INTERNAL_ACCESS: 1,
  ORGANIZATION_INTERNAL_ACCESS: 1,
})
/** "between 1 and 365 days"; the default is the console's. */
export const MOST_AGE_DAYS = 365
export const DEFAULT_AGE_DAYS = 90
export const DAY_MS = 24 * 60 * 60_000
/** The same page: archive rules of an analyzer, and values of a rule's criterion. */
export const ARCHIVE_RULES = 100
/** "IAM Access Analyzer … within 30 minutes": the time in which a changed policy is looked at. */
export const SCAN_PERIOD_MS = 30 * 60_000
/** "… it reanalyzes all resources within 24 hours". */
export const REANALYZE_MS = 24 * 60 * 60_000
/** "Resolved findings are deleted 90 days after the last update". */
export const RESOLVED_KEPT_MS = 90 * 24 * 60 * 60_000
/** Resources that one step of the scan looks at. */
export const SCAN_STEP = 50
/** Users or roles that one step of a scan for unused access looks at: their policies are read. */
export const UNUSED_STEP = 10
/** Resources of one access preview (API: CreateAccessPreview). */
export const PREVIEW_CONFIGURATIONS = 1
/** Rows of an analyzer that a list looks through; the rest is not seen. */
export const LISTED_ROWS = 10_000
/** Findings of one resource: more than a policy's text has room for. */
export const RESOURCE_FINDINGS = 2_000
/** Items of a page for which nobody asks otherwise; not documented. */
export const PAGE_ITEMS = 100
