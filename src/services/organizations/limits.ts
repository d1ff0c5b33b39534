/** ("Quotas and service limits for AWS Organizations" in the user guide, unless a line says more.) */

/** The most that AWS raises the quota of accounts to. */
export const MOST_ACCOUNTS = 10_000
export const UNITS = 2_000
/** Levels of units under a root. */
export const UNIT_DEPTH = 5
export const TAGS = 50
/** "within a rolling 30 day period": a tenth of the members, at least 10 and at most 1,000. */
export const CLOSED_SHARE = 0.1
export const FEWEST_CLOSED = 10
export const MOST_CLOSED = 1_000
export const CLOSED_WINDOW_DAYS = 30
/** "Post-closure period" (AWS Account Management Reference Guide). */
export const POST_CLOSURE_DAYS = 90
/** "If you don't accept … within 15 days" ("Invitations"). */
export const INVITATION_DAYS = 15
/** "Requests to enable all features … expire after 90 days". */
export const ALL_FEATURES_DAYS = 90
/** "results of old handshakes … available for only 30 days after they enter that state". */
export const FINISHED_HANDSHAKE_DAYS = 30
/** "Number of invitations sent per 24-hour period": 20, or the accounts allowed if more. */
export const INVITATIONS_A_DAY = 20
/** "at least seven days after the account was created" (RemoveAccountFromOrganization). */
export const CREATED_ACCOUNT_STAYS_DAYS = 7
/** Services that an organization trusts, or an account administers: not AWS's quota, but ours. */
export const SERVICES = 500
/** Transfers of responsibility that an account takes or hands over: AWS's quota is unknown. */
export const TRANSFERS = 1_000
/** Items of a page when the request does not say; AWS's numbers are not verified. */
export const PAGE_ITEMS = 20

export const DAY_MS = 86_400_000
/** How long an account takes to be made, and to be closed; AWS takes minutes. */
export const CREATION_MS = 1_000
export const CLOSURE_MS = 1_000
