import { defineService } from "../../registry/service.ts"
import { countHour } from "./capacity/hourly.ts"
import { backfill } from "./items/backfill.ts"
import { itemOperations } from "./items/operations.ts"
import { collections, counts, entries, items } from "./items/rows.ts"
import { partiqlOperations } from "./partiql/operations.ts"
import { remove, settle, sweep } from "./tables/jobs.ts"
import { shards, streamRows, streams, sweepStream } from "./streams/stream.ts"
import { tableOperations } from "./tables/operations.ts"
import { forgetToken, tokens } from "./transactions/token.ts"
import { tableResource, tables } from "./tables/table.ts"
import { expiries, expiryTimers } from "./ttl/expiry.ts"
import { expire, findExpiries, forgetExpiries } from "./ttl/jobs.ts"

/** Amazon DynamoDB. */
export const dynamodb = defineService({
  id: "dynamodb",
  operations: { ...tableOperations, ...itemOperations, ...partiqlOperations },
  resources: [tableResource],
  tables: [
    ...[tables, items, entries, counts, collections, tokens, expiries, expiryTimers],
    ...[streams, shards, streamRows],
  ],
  jobs: [
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
  ],
  uses: ["kms"],
})
