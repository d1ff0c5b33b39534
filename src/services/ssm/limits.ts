/** Numbers from "AWS Systems Manager endpoints and quotas" unless they say otherwise. */

export const VALUE_BYTES = { Standard: 4_096, Advanced: 8_192 } as const
export const PARAMETERS = { Standard: 10_000, Advanced: 100_000 } as const
export const VERSIONS = 100
export const LABELS = 10
export const LEVELS = 15
export const POLICIES = 10
export const TAGS = 50
/** "Requirements and constraints for parameter names": with the ARN before it. */
export const ARN_LENGTH = 1_011

/** API: the largest pages. */
export const PATH_PAGE = 10
export const LIST_PAGE = 50

/** Rows that one read takes from a list. */
export const STRIDE = 500
/** All parameters of an account in a Region. */
export const LISTED = PARAMETERS.Standard + PARAMETERS.Advanced
