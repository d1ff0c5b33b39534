const MINUTE_MS = 60_000
export const DAY_MS = 24 * 60 * MINUTE_MS

/** "exactly one primary node and between zero and ten read replica nodes" ("Quotas in DynamoDB"). */
export const CLUSTER_NODES = 11
/** "up to 50 nodes" of an account in a Region ("Quotas in DynamoDB"). */
export const REGION_NODES = 50
/** "up to 20 DAX parameter groups per Region" ("Quotas in DynamoDB"). */
export const PARAMETER_GROUPS = 20
/** "up to 50 DAX subnet groups per Region", of "up to 20 subnets" ("Quotas in DynamoDB"). */
export const SUBNET_GROUPS = 50
export const SUBNETS = 20
/** TagResource. */
export const TAGS = 50

/** "A name must contain from 1 to 20 alphanumeric characters or hyphens" (CreateCluster). */
export const CLUSTER_NAME_LENGTH = 20
/** Names of groups: not verified. */
export const GROUP_NAME_LENGTH = 255

/** "The value for MaxResults must be between 20 and 100." */
export const PAGE_LEAST = 20
export const PAGE_MOST = 100

/** DescribeEvents: "up to 14 days' worth of events", by default the last 24 hours. */
export const EVENT_DAYS = 14
/** Events that one look or one sweep takes, at most. */
export const EVENTS = 1_000

/** AWS takes some minutes for each of these: here it is a minute of cloud time. */
export const NODE_CREATION_MS = MINUTE_MS
export const NODE_REMOVAL_MS = MINUTE_MS
export const NODE_REBOOT_MS = MINUTE_MS / 2
export const CLUSTER_CHANGE_MS = MINUTE_MS / 2

/** "The default TTL is 5 minutes" of both caches ("Configuring TTL settings"). */
export const DEFAULT_TTL_MS = 5 * MINUTE_MS
/** The highest TTL: not verified. */
export const MOST_TTL_MS = Number.MAX_SAFE_INTEGER

/**
 * What one cache of one node holds. On AWS the memory of the node type is the limit; here all nodes
 * are processes of one machine.
 */
export const CACHE_LIMITS = Object.freeze({ entries: 10_000, bytes: 32 * 1024 * 1024 })

/** How long a node believes that a table has the key that it had. */
export const SCHEMA_MS = MINUTE_MS
export const SCHEMAS_KEPT = 100
/**
 * Lists of names of attributes that a cluster knows. AWS has no limit but memory: "DAX … can exhaust
 * its memory" of ever new names ("DAX: how it works"). And how many of them are at hand.
 */
export const LISTS = 10_000
export const LISTS_KEPT = 1_000
/** Rows that one step of a job takes. */
export const STRIDE = 500
