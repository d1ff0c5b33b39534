import { defineService } from "../../registry/service.ts"
import { GetRecords, GetShardIterator } from "./records.ts"
import { DescribeStream, ListStreams } from "./streams.ts"

/** Amazon DynamoDB Streams: its rows are DynamoDB's. */
export const dynamodbstreams = defineService({
  id: "dynamodbstreams",
  operations: { ListStreams, DescribeStream, GetShardIterator, GetRecords },
  tables: [],
  needs: ["dynamodb"],
})
