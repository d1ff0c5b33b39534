import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
  type _Record,
} from "@aws-sdk/client-dynamodb-streams"

/** A record of the stream: an item's mark before and behind it; undefined where it is not there. */
export interface Change {
  readonly pk: string
  readonly sk: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** More than any run of the test writes into a shard. */
const PAGES = 1_000

/** All records of a stream, those of one item in their order. */
export async function readChanges(
  client: DynamoDBStreamsClient,
  StreamArn: string,
): Promise<Change[]> {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const changes: Change[] = []
  for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const
    let { ShardIterator } = await client.send(new GetShardIteratorCommand(start))
    for (let page = 0; ShardIterator !== undefined && page < PAGES; page += 1) {
      const { Records = [], NextShardIterator } = await client.send(
        new GetRecordsCommand({ ShardIterator }),
      )
      changes.push(...Records.map(changeOf))
      // An open shard has no end: what is behind the last record is yet to come.
      ShardIterator = Records.length === 0 ? undefined : NextShardIterator
    }
  }
  return changes
}

function changeOf({ dynamodb }: _Record): Change {
  const { Keys, OldImage, NewImage } = dynamodb ?? {}
  const marks = { before: OldImage?.["mark"]?.S, after: NewImage?.["mark"]?.S }
  return { pk: String(Keys?.["pk"]?.S), sk: String(Keys?.["sk"]?.S), ...marks }
}

interface Known {
  readonly acknowledged: readonly { readonly sk: string; readonly mark: string }[]
  /** What each item is at the end. */
  readonly now: ReadonlyMap<string, string>
  readonly absent: string
}

/** What is wrong with the records of one partition. */
export function checkRecords(
  changes: readonly Change[],
  { acknowledged, now, absent }: Known,
): string[] {
  const wrong: string[] = []
  const last = new Map<string, string>()
  const seen = new Map<string, number>()
  for (const { sk, before = absent, after = absent } of changes) {
    const was = last.get(sk) ?? absent
    if (before !== was) wrong.push(`${sk}: a record from ${before} to ${after} follows ${was}`)
    last.set(sk, after)
    seen.set(`${sk} ${after}`, (seen.get(`${sk} ${after}`) ?? 0) + 1)
  }
  for (const { sk, mark } of acknowledged) {
    const times = seen.get(`${sk} ${mark}`) ?? 0
    if (times !== 1) wrong.push(`${sk}: ${mark} was acknowledged and is told ${times} times`)
  }
  for (const [sk, mark] of now)
    if ((last.get(sk) ?? absent) !== mark) wrong.push(`${sk}: ${mark}, and told ${last.get(sk)}`)
  return wrong
}
