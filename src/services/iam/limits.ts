/** What no account can have raised ("IAM and AWS STS quotas", IAM user guide); see account/quotas.ts. */
export const GROUPS_PER_USER = 10
export const KEYS_PER_USER = 2
export const POLICY_VERSIONS = 5
export const TAGS = 50
/** Characters, blanks not counted. */
export const MANAGED_POLICY_LENGTH = 6_144
/** All inline policies of one identity together, blanks not counted. */
export const INLINE_LENGTH = Object.freeze({ user: 2_048, group: 5_120, role: 10_240 })
/** Items of a page when the request does not say. */
export const PAGE_ITEMS = 100
