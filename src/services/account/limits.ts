/** "6 … requests in progress" of an account ("Enable or disable AWS Regions in your account"). */
export const REGION_REQUESTS = 6
/** How long a Region takes to be enabled or disabled; AWS takes minutes, sometimes hours. */
export const REGION_CHANGE_MS = 60_000
/** Items of a page when the request does not say: the most that it may ask for. */
export const PAGE_ITEMS = 50
