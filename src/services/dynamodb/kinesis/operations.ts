import { parseArn } from "../../../registry/arn.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { createServiceLinkedRole } from "../../iam/port.ts"
import { manageTable } from "../access.ts"
import { op, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { accessToRole } from "../global/access.ts"
import {
  findTableToManage,
  tableInUse,
  type KinesisDestination,
  type Table,
} from "../tables/table.ts"
import { KINESIS_ROLE, putDestination, type DestinationRef } from "./destination.ts"
import { enableDestination, settleDestination } from "./sending.ts"

/** Recorded. */
const EnableKinesisStreamingDestination = op.write("EnableKinesisStreamingDestination", {
  authorize: (tx, input, call) => [
    manageTable(tx, input, call),
    ...accessToRole(tx, call, KINESIS_ROLE),
  ],
  run(tx, input, call): Out<"EnableKinesisStreamingDestination"> {
    const table = usable(tx, input.TableName, call)
    const { StreamArn: streamArn } = input
    assertStreamArn(table, streamArn)
    const busy = table.kinesis?.find(
      ({ status }) => status !== "DISABLED" && status !== "ENABLE_FAILED",
    )
    if (busy)
      throw validation(
        "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
      )
    const { account, partition } = call
    createServiceLinkedRole(tx, { account, partition, service: KINESIS_ROLE.service })
    const precision = input.EnableKinesisStreamingConfiguration
      ?.ApproximateCreationDateTimePrecision as KinesisDestination["precision"]
    const ref = refTo(table, streamArn)
    putDestination(tx, ref, { streamArn, status: "ENABLING", ...(precision && { precision }) })
    tx.schedule(enableDestination, ref, tx.now)
    return {
      ...{ TableName: table.name, StreamArn: streamArn, DestinationStatus: "ENABLING" },
      // Recorded: not left out when it was not given.
      EnableKinesisStreamingConfiguration: input.EnableKinesisStreamingConfiguration ?? {},
    }
  },
})

const DisableKinesisStreamingDestination = op.write("DisableKinesisStreamingDestination", {
  authorize: manageTable,
  run(tx, input, call): Out<"DisableKinesisStreamingDestination"> {
    const table = usable(tx, input.TableName, call)
    const { StreamArn: streamArn } = input
    const there = destinationIn(table, streamArn)
    if (there?.status !== "ACTIVE")
      throw validation(
        "Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
      )
    const ref = refTo(table, streamArn)
    putDestination(tx, ref, { ...there, status: "DISABLING" })
    tx.schedule(settleDestination, ref, tx.now)
    return { TableName: table.name, StreamArn: streamArn, DestinationStatus: "DISABLING" }
  },
})

/** Recorded. */
const UpdateKinesisStreamingDestination = op.write("UpdateKinesisStreamingDestination", {
  authorize: manageTable,
  run(tx, input, call): Out<"UpdateKinesisStreamingDestination"> {
    const { StreamArn: streamArn, UpdateKinesisStreamingConfiguration: given } = input
    const precision = given?.ApproximateCreationDateTimePrecision as KinesisDestination["precision"]
    if (precision === undefined)
      throw validation(
        "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
      )
    const table = usable(tx, input.TableName, call)
    const there = destinationIn(table, streamArn)
    if (!there)
      throw validation(
        `Table is not in a valid state to enable Kinesis Streaming Destination: No streaming destination with streamArn: ${streamArn} found for table with tableName: ${table.name}`,
      )
    if (there.status !== "ACTIVE")
      throw validation(
        "Table is not in a valid state to enable Kinesis Streaming Destination: Kinesis streaming is not in ACTIVE state. " +
          `Updates are only allowed in ACTIVE state. TableName: ${table.name}, kdsArn: ${streamArn}`,
      )
    if (there.precision === precision)
      throw validation(
        `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ${table.uuid}, kdsArn: ${streamArn}`,
      )
    const ref = refTo(table, streamArn)
    putDestination(tx, ref, { ...there, status: "UPDATING", precision })
    tx.schedule(settleDestination, ref, tx.now)
    return {
      ...{ TableName: table.name, StreamArn: streamArn, DestinationStatus: "UPDATING" },
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    }
  },
})

const DescribeKinesisStreamingDestination = op.read("DescribeKinesisStreamingDestination", {
  authorize: manageTable,
  run(tx, { TableName }, call): Out<"DescribeKinesisStreamingDestination"> {
    const table = findTableToManage(tx, TableName, call)
    return {
      TableName: table.name,
      KinesisDataStreamDestinations: (table.kinesis ?? []).map((one) => ({
        StreamArn: one.streamArn,
        DestinationStatus: one.status,
        DestinationStatusDescription: one.statusDescription,
        ApproximateCreationDateTimePrecision: one.precision,
      })),
    }
  },
})

function usable(tx: ReadTx, name: string, call: Call): Table {
  const table = findTableToManage(tx, name, call)
  if (table.status !== "ACTIVE") throw tableInUse(table)
  return table
}

const destinationIn = ({ kinesis }: Table, arn: string): KinesisDestination | undefined =>
  kinesis?.find(({ streamArn }) => streamArn === arn)

const refTo = ({ account, region, name, id }: Table, streamArn: string): DestinationRef => ({
  ...{ account, region, name, id, streamArn },
})

/** "… the same AWS account and Region as your DynamoDB table". The words are not verified. */
function assertStreamArn({ account, region }: Table, arn: string): void {
  const parts = parseArn(arn)
  if (parts?.service !== "kinesis" || !/^stream\/[a-zA-Z0-9_.-]{1,128}$/.test(parts.resource))
    throw validation(`Invalid StreamArn: ${arn}`)
  if (parts.account !== account || parts.region !== region)
    throw validation("The Kinesis data stream must be in the same account and Region as the table")
}

export const kinesisOperations = {
  ...{ EnableKinesisStreamingDestination, DisableKinesisStreamingDestination },
  ...{ UpdateKinesisStreamingDestination, DescribeKinesisStreamingDestination },
}
