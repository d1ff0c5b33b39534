import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { lookUp, tables, type KinesisDestination, type TableRef } from "../tables/table.ts"
import type { ServiceRole } from "../global/access.ts"

/** The role in which DynamoDB writes to streams of Kinesis. */
export const KINESIS_ROLE: ServiceRole = {
  service: "kinesisreplication.dynamodb.amazonaws.com",
  name: "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication",
}

/** Destinations that are remembered of a table, the disabled included. Not AWS's number. */
const MOST_DESTINATIONS = 10

/** Which destination of which table is meant. */
export interface DestinationRef extends TableRef {
  /** Of the table. */
  readonly id: number
  readonly streamArn: string
}

export function destinationOf(tx: ReadTx, ref: DestinationRef): KinesisDestination | undefined {
  const table = lookUp(tx, ref)
  if (table?.id !== ref.id) return undefined
  return table.kinesis?.find(({ streamArn }) => streamArn === ref.streamArn)
}

/** Writes what has become of a destination; the oldest that is disabled makes room for a new one. */
export function putDestination(tx: WriteTx, ref: DestinationRef, next: KinesisDestination): void {
  const table = lookUp(tx, ref)
  if (table?.id !== ref.id) return
  const others = (table.kinesis ?? []).filter(({ streamArn }) => streamArn !== next.streamArn)
  const kept = others.length < MOST_DESTINATIONS ? others : others.slice(1)
  tx.put(tables, { ...table, kinesis: [...kept, next] })
}
