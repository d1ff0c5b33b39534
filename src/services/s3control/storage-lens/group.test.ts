import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateStorageLensGroupCommand,
  DeleteStorageLensGroupCommand,
  GetStorageLensGroupCommand,
  ListStorageLensGroupsCommand,
  ListTagsForResourceCommand,
  PutStorageLensConfigurationCommand,
  S3ControlClient,
  TagResourceCommand,
  UpdateStorageLensGroupCommand,
  type StorageLensGroupFilter,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { tallies } from "./tally.ts"

const AccountId = "000000000000"
const arn = (name: string) => `arn:aws:s3:us-east-1:${AccountId}:storage-lens-group/${name}`

async function openGroups() {
  const cloud = await openCloud()
  const config = gatewayConfig(cloud, AccountId)
  const [s3, control] = [
    new S3Client(config),
    // The account would stand in front of the host.
    new S3ControlClient({ ...config, ...{ disableHostPrefix: true } }),
  ]
  const create = (
    Name: string,
    Filter: StorageLensGroupFilter,
    Tags?: { Key: string; Value: string }[],
  ) =>
    control.send(
      new CreateStorageLensGroupCommand({ AccountId, StorageLensGroup: { Name, Filter }, Tags }),
    )
  return { cloud, s3, control, create }
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no refusal",
    (error: Error) => error.name,
  )

test("a Storage Lens group is made, told, changed, tagged and deleted", async () => {
  const { control, create } = await openGroups()
  const Filter = { MatchAnySuffix: [".png"] }
  await create("images", Filter, [{ Key: "a", Value: "1" }])
  expect(await codeOf(create("images", Filter))).toBe("StorageLensGroupAlreadyExists")
  const of = { AccountId, Name: "images" }
  const get = async () => (await control.send(new GetStorageLensGroupCommand(of))).StorageLensGroup
  expect(await get()).toEqual({ Name: "images", Filter, StorageLensGroupArn: arn("images") })
  const changed = { And: { MatchAnyPrefix: ["a"], MatchObjectSize: { BytesGreaterThan: 5 } } }
  await control.send(
    new UpdateStorageLensGroupCommand({
      ...{ ...of, StorageLensGroup: { Name: "images", Filter: changed } },
    }),
  )
  expect((await get())?.Filter).toEqual(changed)
  const ResourceArn = arn("images")
  const Tags = [{ Key: "b", Value: "2" }]
  await control.send(new TagResourceCommand({ AccountId, ResourceArn, Tags }))
  const tags = await control.send(new ListTagsForResourceCommand({ AccountId, ResourceArn }))
  expect(tags.Tags).toEqual([{ Key: "a", Value: "1" }, ...Tags])
  const list = async () =>
    (await control.send(new ListStorageLensGroupsCommand({ AccountId }))).StorageLensGroupList
  expect(await list()).toEqual([
    { Name: "images", StorageLensGroupArn: ResourceArn, HomeRegion: "us-east-1" },
  ])
  for (const bad of [{}, { ...Filter, MatchAnyPrefix: ["a"] }, { And: { MatchAnyPrefix: ["a"] } }])
    expect(await codeOf(create("bad", bad))).toBe("MalformedXML")
  await control.send(new DeleteStorageLensGroupCommand(of))
  expect(await codeOf(get())).toBe("NoSuchConfiguration")
})

test("a dashboard counts what is of the groups that are attached to it", async () => {
  const { cloud, s3, control, create } = await openGroups()
  await s3.send(new CreateBucketCommand({ Bucket: "films" }))
  const put = (Key: string, size: number, Tagging?: string) =>
    s3.send(new PutObjectCommand({ Bucket: "films", Key, Tagging, Body: Buffer.alloc(size) }))
  await put("2025/a.png", 10)
  await put("2025/b.txt", 200, "kind=note")
  await put("c.png", 3_000)
  await create("suffix", { MatchAnySuffix: [".png"] })
  await create("tag", { MatchAnyTag: [{ Key: "kind", Value: "note" }] })
  await create("size", { MatchObjectSize: { BytesGreaterThan: 10, BytesLessThan: 3_000 } })
  await create("old", { MatchObjectAge: { DaysGreaterThan: 1 } })
  await create("and", { And: { MatchAnyPrefix: ["2025/"], MatchAnySuffix: [".png"] } })
  await create("or", { Or: { MatchAnyPrefix: ["2025/"], MatchAnySuffix: [".png"] } })
  await create("apart", { MatchAnyPrefix: ["c"] })
  const level = { SelectionCriteria: { Exclude: [arn("apart")] } }
  await control.send(
    new PutStorageLensConfigurationCommand({
      ...{ AccountId, ConfigId: "mine" },
      StorageLensConfiguration: {
        ...{ Id: "mine", IsEnabled: true },
        AccountLevel: { BucketLevel: {}, StorageLensGroupLevel: level },
      },
    }),
  )
  const bytes = (dateMs: number) =>
    cloud.world.read((tx) =>
      tx
        .scan(tallies, { limit: 100 })
        .rows.filter((row) => row.dateMs === dateMs && row.group !== "")
        .map(({ group, metrics }) => [group.split("/").at(-1), metrics["StorageBytes"]]),
    )
  await cloud.advance(2 * 86_400_000)
  const first = Date.UTC(2026, 0, 15)
  const found = [
    ["and", 10],
    ["or", 3_210],
    ["size", 200],
    ["suffix", 3_010],
    ["tag", 200],
  ]
  expect(await bytes(first)).toEqual(found)
  expect(await bytes(first + 86_400_000)).toEqual([
    ...found.slice(0, 1),
    ["old", 3_210],
    ...found.slice(1),
  ])
})
