import type { Job } from "../../../kernel/later/later.ts"
import type { Table } from "../../../kernel/table.ts"
import { checkReplica } from "./accounts/blocking.ts"
import { copyAcross, followAcross, replicateAcross } from "./accounts/steps.ts"
import { copyItems, createReplica } from "./adding.ts"
import { replicateItems } from "./applying.ts"
import { forgetDeleted } from "./deleted.ts"
import { forgetReplication, removeReplica } from "./leaving.ts"
import { legacyTables } from "./legacy/global-table.ts"
import { settleGlobal } from "./legacy/operations.ts"
import { replicas } from "./replica.ts"
import { pendingItems, routeTimers, versions } from "./replication.ts"
import { scaleReplica } from "./scaling/following.ts"
import { syncReplica } from "./settings.ts"

/** What global tables bring to the service. */
export const globalTables: readonly Table<object>[] = [
  legacyTables,
  ...[replicas, pendingItems, versions, routeTimers],
]

export const globalJobs: readonly Job<object>[] = [
  ...[createReplica, copyItems, replicateItems, syncReplica],
  ...[replicateAcross, copyAcross, followAcross, checkReplica],
  ...[removeReplica, forgetReplication, settleGlobal, forgetDeleted, scaleReplica],
] as readonly Job<object>[]
