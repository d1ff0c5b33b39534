/** "S3 Access Grants limitations". */
export const LOCATIONS = 1_000
export const GRANTS = 100_000
/** Of one grantee for one path: ours, far more than there are permissions. */
export const OF_ONE_PATH = 1_000

/** "The number of tags exceeds the limit of 50 tags"; the user guide says 10. */
export const TAGS = 50

/** "ListAccessGrants" and others: MaxResults is at most 1,000. */
export const PAGE = 1_000

/** Rows that one list looks at where it filters: a page may have fewer entries, or none. Ours. */
export const LOOKED_AT = 10_000

/** "The default value is 1 hour". */
export const DEFAULT_SECONDS = 3_600
/** "A range from 900 seconds (15 minutes) up to 43200 seconds (12 hours)". */
export const SHORTEST_SECONDS = 900
export const LONGEST_SECONDS = 43_200
