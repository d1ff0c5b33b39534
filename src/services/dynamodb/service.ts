import { defineService } from "../../registry/service.ts"
import { scalingTables } from "../application-autoscaling/port.ts"
import { identityTables } from "../iam/port.ts"
import { keyTables } from "../kms/port.ts"
import { backups } from "./backups/backup.ts"
import { countBackup } from "./backups/create-backup.ts"
import { expireBackup } from "./backups/system-backup.ts"
import { countHour } from "./capacity/hourly.ts"
import { hotKeys } from "./capacity/hot-keys.ts"
import { usedMinutes } from "./capacity/minutes.ts"
import { traffics } from "./capacity/traffic.ts"
import { contributors, contributorSums } from "./insights/contributor.ts"
import { forgetContributors } from "./insights/forgetting.ts"
import { insightsOperations } from "./insights/operations.ts"
import { settleInsights } from "./insights/settings.ts"
import { forgetFormers, formers } from "./staleness/former.ts"
import { replicationBetweenAccounts } from "./global/accounts/operations.ts"
import { legacyOperations } from "./global/legacy/operations.ts"
import { replicaScalingOperations } from "./global/scaling/operations.ts"
import { globalJobs, globalTables } from "./global/parts.ts"
import { kinesisOperations } from "./kinesis/operations.ts"
import { enableDestination, onKinesisRecord, settleDestination } from "./kinesis/sending.ts"
import { COMPRESSED_BYTES } from "./limits.ts"
import { backfill } from "./items/backfill.ts"
import { itemOperations } from "./items/operations.ts"
import { collections, counts, entries, items } from "./items/rows.ts"
import { partiqlOperations } from "./partiql/operations.ts"
import { exportFiles, exportTokens, tableExports } from "./export/export.ts"
import { forgetExport, writeFile } from "./export/jobs.ts"
import { importTokens, tableImports } from "./import/import.ts"
import { forgetImport, importObject } from "./import/jobs.ts"
import { changes } from "./recovery/changes.ts"
import { copies } from "./recovery/copies.ts"
import { copyItems } from "./recovery/copy-items.ts"
import { recoveryOperations } from "./recovery/operations.ts"
import { prune } from "./recovery/prune.ts"
import { restores } from "./recovery/restores.ts"
import { remove, settle, sweep } from "./tables/jobs.ts"
import { shardReads, shards, streamRows, streams, sweepStream } from "./streams/stream.ts"
import { QUOTAS } from "./tables/quotas.ts"
import { tableOperations } from "./tables/operations.ts"
import { forgetToken, tokens } from "./transactions/token.ts"
import { tableResource, tables } from "./tables/table.ts"
import { expiries, expiryTimers } from "./ttl/expiry.ts"
import { expire, findExpiries, forgetExpiries } from "./ttl/jobs.ts"

/** Amazon DynamoDB. */
export const dynamodb = defineService({
  id: "dynamodb",
  compressAboveBytes: COMPRESSED_BYTES,
  operations: {
    ...tableOperations,
    ...itemOperations,
    ...partiqlOperations,
    ...kinesisOperations,
    ...legacyOperations,
    ...replicaScalingOperations,
    ...recoveryOperations,
    ...insightsOperations,
  },
  inner: replicationBetweenAccounts,
  resources: [tableResource],
  quotas: Object.values(QUOTAS),
  tables: [
    ...[tables, items, entries, counts, collections, tokens, expiries, expiryTimers],
    ...[streams, shards, shardReads, streamRows],
    formers,
    ...[traffics, usedMinutes, hotKeys, contributors, contributorSums],
    ...[changes, copies, restores, backups],
    ...[tableExports, exportFiles, exportTokens, tableImports, importTokens],
    ...globalTables,
    ...scalingTables,
    // Of others, in which it looks things up.
    ...identityTables,
    ...keyTables,
  ],
  jobs: [
    ...globalJobs,
    ...[enableDestination, settleDestination],
    settle,
    remove,
    sweep,
    backfill,
    forgetToken,
    countHour,
    expire,
    findExpiries,
    forgetExpiries,
    sweepStream,
    settleInsights,
    forgetFormers,
    forgetContributors,
    ...[copyItems, prune, countBackup, expireBackup],
    ...[writeFile, forgetExport, importObject, forgetImport],
  ],
  receivers: [onKinesisRecord],
  uses: ["kms"],
})
