/** Numbers of "Quotas for Application Auto Scaling", where nothing else is said. */

/** "Amazon DynamoDB: 5,000", of each resource type in a Region. */
export const TARGETS = 5_000
export const POLICIES = 50
export const SCHEDULED_ACTIONS = 200
/** "Tagging support for Application Auto Scaling". */
export const TAGS = 50
/** API: the most of all lists, and what they answer where the request says nothing. */
export const PAGE = 50

/** "You can look up scaling activities from the last six weeks". */
export const ACTIVITIES_MS = 42 * 86_400_000
/** Old activities that go with each new one. */
export const ACTIVITIES_STEP = 5

/** How often a change that has to wait for its resource looks again. */
export const WAIT_MS = 1_000
/** When a change that cannot be made is given up (not verified). */
export const CHANGE_MS = 15 * 60_000
/** When a change that was made is no longer waited for (not verified). */
export const FULFIL_MS = 30 * 60_000
