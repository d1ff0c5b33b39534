import {
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  type LifecycleRule,
  type PutBucketLifecycleConfigurationCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf, openCloud } from "../testing/open-bucket.ts"

const LARGE = Buffer.alloc(128 * 1024, "x")

/** A bucket, at ten in the morning. */
async function openRuled(...rules: Partial<LifecycleRule>[]) {
  const cloud = await openCloud({ now: "2026-03-10T10:00:00Z" })
  const bucket = await openBucket("photos", { cloud })
  const { client, Bucket } = bucket
  const configure = (
    given: Partial<LifecycleRule>[],
    more: Partial<PutBucketLifecycleConfigurationCommandInput> = {},
  ) => {
    const Rules = given.map((rule) => ({
      Status: "Enabled" as const,
      ...(rule.Prefix === undefined && { Filter: {} }),
      ...rule,
    }))
    const LifecycleConfiguration = { Rules: Rules as LifecycleRule[] }
    return client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration, ...more }),
    )
  }
  if (rules.length > 0) await configure(rules)
  const classOf = async (Key: string) =>
    (await client.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass ?? "STANDARD"
  const versioned = (Status: "Enabled" | "Suspended") =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
  /** All versions and markers, oldest first: `key value` or `key marker`. */
  const versions = async () => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    )
    return [
      ...Versions.map(({ Key, Size }) => `${Key} ${Size}`),
      ...DeleteMarkers.map(({ Key }) => `${Key} marker`),
    ].toSorted()
  }
  return { ...bucket, configure, classOf, versioned, versions }
}

test("S3-107 S3-108 objects of a group expire after their days, at midnight; others stay", async () => {
  const { cloud, client, Bucket, put, versions } = await openRuled({
    ID: "logs",
    Filter: { Prefix: "logs/" },
    Expiration: { Days: 2 },
  })
  const { Expiration } = await put("logs/a", "1")
  expect(Expiration).toBe('expiry-date="Fri, 13 Mar 2026 00:00:00 GMT", rule-id="logs"')
  await put("keep", "12")
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "logs/a" }))
  expect(head.Expiration).toBe(Expiration)
  await cloud.advance("61h")
  expect(await versions()).toEqual(["keep 2", "logs/a 1"])
  await cloud.advance("1h")
  expect(await versions()).toEqual(["keep 2"])
})

test("groups are told apart by tags and size, and rules can be disabled or taken away", async () => {
  const { cloud, client, Bucket, put, versions, configure } = await openRuled(
    { Filter: { Tag: { Key: "temp", Value: "yes" } }, Expiration: { Days: 1 } },
    {
      Filter: { And: { Prefix: "s/", ObjectSizeGreaterThan: 2, ObjectSizeLessThan: 5 } },
      Expiration: { Days: 1 },
    },
    { Status: "Disabled", Filter: { Prefix: "k" }, Expiration: { Days: 1 } },
  )
  await put("tagged", "1", { Tagging: "temp=yes&x=y" })
  await put("other", "1", { Tagging: "temp=no" })
  for (const size of [2, 3, 4, 5]) await put(`s/${size}`, "x".repeat(size))
  await put("kept", "1")
  await cloud.advance("2d")
  expect(await versions()).toEqual(["kept 1", "other 1", "s/2 2", "s/5 5"])
  await configure([{ Expiration: { Days: 1 } }])
  await client.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await cloud.advance("10d")
  expect(await versions()).toHaveLength(4)
  expect(await refusalOf(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })))).toBe(
    "NoSuchLifecycleConfiguration 404: The lifecycle configuration does not exist",
  )
})

test("S3-109 S3-111 objects move down the ladder, small ones not, and never back", async () => {
  const { cloud, put, classOf, configure, client, Bucket } = await openRuled({
    Transitions: [
      { Days: 30, StorageClass: "STANDARD_IA" },
      { Days: 60, StorageClass: "GLACIER" },
    ],
  })
  await put("large", LARGE)
  await put("small", "x")
  await put("cold", LARGE, { StorageClass: "DEEP_ARCHIVE" })
  await cloud.advance("31d")
  expect(await classOf("large")).toBe("STANDARD_IA")
  await cloud.advance("30d")
  expect([await classOf("large"), await classOf("small"), await classOf("cold")]).toEqual([
    "GLACIER",
    "STANDARD",
    "DEEP_ARCHIVE",
  ])
  expect(await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "large" })))).toMatch(
    /^InvalidObjectState 403/,
  )
  const backwards = [
    { Days: 30, StorageClass: "GLACIER" as const },
    { Days: 60, StorageClass: "STANDARD_IA" as const },
  ]
  expect(await refusalOf(configure([{ Transitions: backwards }]))).toMatch(
    /^InvalidArgument 400: 'Days'/,
  )
  const sized = { ObjectSizeGreaterThan: 0 }
  const at = [{ Days: 0, StorageClass: "GLACIER_IR" as const }]
  await configure([{ Filter: sized, Transitions: at }])
  await cloud.advance("1d")
  expect(await classOf("small")).toBe("GLACIER_IR")
})

test("small objects move to archives where the configuration says so", async () => {
  const { cloud, put, classOf, configure } = await openRuled()
  const rule = { Transitions: [{ Days: 1, StorageClass: "GLACIER" as const }] }
  const answer = await configure([rule], {
    TransitionDefaultMinimumObjectSize: "varies_by_storage_class",
  })
  expect(answer.TransitionDefaultMinimumObjectSize).toBe("varies_by_storage_class")
  await put("small", "x")
  await cloud.advance("2d")
  expect(await classOf("small")).toBe("GLACIER")
})

test("S3-110 the infrequent classes are not for the young", async () => {
  const { configure } = await openRuled()
  for (const StorageClass of ["STANDARD_IA", "ONEZONE_IA"] as const)
    expect(await refusalOf(configure([{ Transitions: [{ Days: 29, StorageClass }] }]))).toBe(
      `InvalidArgument 400: 'Days' in Transition action must be greater than or equal to 30 for storageClass '${StorageClass}'`,
    )
  await configure([{ Transitions: [{ Days: 30, StorageClass: "ONEZONE_IA" }] }])
})

test("S3-112 a versioned bucket gets a marker; noncurrent versions have their own actions", async () => {
  const { cloud, client, Bucket, put, versioned, versions } = await openRuled({
    Expiration: { Days: 10 },
    NoncurrentVersionExpiration: { NoncurrentDays: 5, NewerNoncurrentVersions: 1 },
  })
  await versioned("Enabled")
  for (const value of ["1", "22", "333"]) await put("a", value)
  await cloud.advance("4d")
  expect(await versions()).toEqual(["a 1", "a 2", "a 3"])
  await cloud.advance("2d")
  // The newest noncurrent version is kept; the one behind it has been noncurrent for long enough.
  expect(await versions()).toEqual(["a 2", "a 3"])
  await cloud.advance("5d")
  expect(await versions()).toEqual(["a 2", "a 3", "a marker"])
  await cloud.advance("6d")
  expect(await versions()).toEqual(["a 3", "a marker"])
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  const { VersionId } = Versions[0] ?? {}
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }))
  // A marker that hides nothing goes with the days of the expiration.
  await cloud.advance("5d")
  expect(await versions()).toEqual([])
})

test("markers that hide nothing are cleared where a rule says so", async () => {
  const { cloud, client, Bucket, put, versioned, versions } = await openRuled({
    Expiration: { ExpiredObjectDeleteMarker: true },
  })
  await versioned("Enabled")
  await put("hidden", "1")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "hidden" }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: "nothing" }))
  await cloud.advance("1d")
  expect(await versions()).toEqual(["hidden 1", "hidden marker"])
})

test("S3-113 uploads that do not end are given up", async () => {
  const { cloud, client, Bucket } = await openRuled({
    Filter: { Prefix: "up/" },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
  })
  for (const Key of ["up/a", "other"])
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const keys = async () =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key)
  await cloud.advance("3d")
  expect(await keys()).toEqual(["other", "up/a"])
  await cloud.advance("1d")
  expect(await keys()).toEqual(["other"])
})

test("more keys than one step takes are all treated", async () => {
  const { cloud, put, versions } = await openRuled({ Expiration: { Days: 1 } })
  for (let i = 0; i < 250; i += 1) await put(`key-${i}`, "x")
  await cloud.advance("2d")
  expect(await versions()).toEqual([])
})

test.each<[string, Partial<LifecycleRule>]>([
  ["neither filter nor prefix", { Filter: undefined, Expiration: { Days: 1 } }],
  ["both", { Prefix: "a", Filter: { Prefix: "a" }, Expiration: { Days: 1 } }],
  [
    "two things without And",
    { Filter: { Prefix: "a", ObjectSizeLessThan: 3 }, Expiration: { Days: 1 } },
  ],
  ["And of one thing", { Filter: { And: { Prefix: "a" } }, Expiration: { Days: 1 } }],
  ["two kinds of expiration", { Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }],
  ["noncurrent without days", { NoncurrentVersionExpiration: {} }],
])("a rule with %s is malformed", async (_what, rule) => {
  const { configure } = await openRuled()
  expect(await refusalOf(configure([rule]))).toMatch(/^MalformedXML 400/)
})

test("refusals in words that were recorded", async () => {
  const { configure } = await openRuled()
  const date = new Date("2026-05-01T10:00:00Z")
  expect(await refusalOf(configure([{ Expiration: { Date: date } }]))).toBe(
    "InvalidArgument 400: 'Date' must be at midnight GMT",
  )
  const tag = { Key: "k", Value: "v" }
  const twice = { Filter: { And: { Tags: [tag, tag] } }, Expiration: { Days: 1 } }
  expect(await refusalOf(configure([twice]))).toBe(
    "InvalidRequest 400: Duplicate Tag Keys are not allowed.",
  )
  const odd = { TransitionDefaultMinimumObjectSize: "value" as never }
  expect(await refusalOf(configure([{ Expiration: { Days: 1 } }], odd))).toBe(
    "InvalidRequest 400: Invalid TransitionDefaultMinimumObjectSize found: value",
  )
})

test("what does not go together is refused", async () => {
  const { configure } = await openRuled()
  const refused = (rule: Partial<LifecycleRule>) => refusalOf(configure([rule]))
  const tagged = { Filter: { Tag: { Key: "k", Value: "v" } } }
  const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }
  expect(await refused({ ...tagged, ...abort })).toBe(
    "InvalidRequest 400: AbortIncompleteMultipartUpload cannot be specified with Tags.",
  )
  expect(await refused({ Filter: { ObjectSizeLessThan: 5 }, ...abort })).toMatch(/Object Size/)
  expect(await refused({ ...tagged, Expiration: { ExpiredObjectDeleteMarker: true } })).toMatch(
    /^InvalidRequest 400: ExpiredObjectDeleteMarker cannot/,
  )
  const Transitions = [{ Days: 30, StorageClass: "GLACIER" as const }]
  const Filter = { Prefix: "tmp/" }
  expect(await refused({ Filter, Transitions, Expiration: { Days: 30 } })).toBe(
    "InvalidArgument 400: 'Days' in the Expiration action for filter '(prefix=tmp/)' must be " +
      "greater than 'Days' in the Transition action",
  )
  const dated = { Expiration: { Date: new Date("2027-01-01T00:00:00Z") } }
  expect(await refused({ Transitions, ...dated })).toMatch(
    /^InvalidRequest 400: Found mixed 'Date' and 'Days' based Expiration and Transition actions/,
  )
  const NoncurrentVersionTransitions = [{ NoncurrentDays: 9, StorageClass: "GLACIER" as const }]
  const noncurrent = { NoncurrentVersionTransitions }
  expect(
    await refused({ ...noncurrent, NoncurrentVersionExpiration: { NoncurrentDays: 9 } }),
  ).toMatch(/^InvalidArgument 400: 'NoncurrentDays' in the NoncurrentVersionExpiration action/)
  const kept = { NoncurrentDays: 1, NewerNoncurrentVersions: 101 }
  expect(await refused({ NoncurrentVersionExpiration: kept })).toMatch(/^InvalidArgument 400/)
})

test("what a rule is for has its bounds, and is told in one way", async () => {
  const { configure } = await openRuled()
  const Expiration = { Days: 1 }
  const refused = (...rules: Partial<LifecycleRule>[]) =>
    refusalOf(configure(rules.map((rule) => ({ Expiration, ...rule }))))
  const long = "InvalidRequest 400: The maximum size of a prefix is 1024"
  expect(await refused({ Filter: { Prefix: "€".repeat(342) } })).toBe(long)
  expect(await refused({ Prefix: "a".repeat(1025) })).toBe(long)
  expect(await refused({ Filter: { Prefix: "a".repeat(1024) } })).toBe("no refusal")
  const tagged = (Key: string, Value = "v") => ({ Filter: { Tag: { Key, Value } } })
  expect(await refused(tagged("k".repeat(129)))).toBe(
    "InvalidRequest 400: A Tag's Key must be a length between 1 and 128.",
  )
  expect(await refused(tagged("𐐀".repeat(65)))).toMatch(/^InvalidRequest/)
  expect(await refused(tagged("k", "v".repeat(257)))).toBe(
    "InvalidRequest 400: A Tag's Value must be a length between 0 and 256.",
  )
  expect(await refused(tagged("aws:any!", "thing!"))).toBe("no refusal")
  const sizes = { ObjectSizeGreaterThan: 10, ObjectSizeLessThan: 10 }
  expect(await refused({ Filter: { And: sizes } })).toBe(
    "InvalidRequest 400: 'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
  )
  expect(await refused({ Filter: { Prefix: "a" } }, { Prefix: "b" })).toBe(
    "InvalidRequest 400: Base level prefix cannot be used in Lifecycle V2, prefixes are only " +
      "supported in the Filter.",
  )
  const NoncurrentVersionExpiration = { NoncurrentDays: 1, NewerNoncurrentVersions: 1 }
  expect(await refused({ Prefix: "b", NoncurrentVersionExpiration })).toBe(
    "InvalidRequest 400: NewerNoncurrentVersions element can only be used in Lifecycle V2.",
  )
})

test("of moves on one day Intelligent-Tiering is chosen, but for the archives", async () => {
  const { cloud, put, classOf, configure } = await openRuled()
  const to = (prefix: string, StorageClass: "GLACIER_IR" | "GLACIER" | "INTELLIGENT_TIERING") => ({
    ...{ Filter: { Prefix: prefix }, Transitions: [{ Days: 1, StorageClass }] },
  })
  await configure([to("a", "INTELLIGENT_TIERING"), to("a", "GLACIER_IR"), to("ab", "GLACIER")])
  await put("a", LARGE)
  await put("ab", LARGE)
  await cloud.advance("2d")
  expect([await classOf("a"), await classOf("ab")]).toEqual(["INTELLIGENT_TIERING", "GLACIER"])
})

test("an object moves before a marker hides it; where nothing is kept it goes at once", async () => {
  const { cloud, put, classOf, configure, versioned, versions, client, Bucket } = await openRuled()
  const rules = [
    { Expiration: { Days: 2 } },
    { Transitions: [{ Days: 2, StorageClass: "GLACIER" as const }] },
  ]
  await configure(rules)
  await put("a", LARGE)
  await cloud.advance("3d")
  expect(await versions()).toEqual([])
  await versioned("Enabled")
  await put("a", LARGE)
  await cloud.advance("3d")
  expect(await classOf("a")).toBe("GLACIER")
  await cloud.advance("1d")
  expect(await versions()).toEqual([`a ${LARGE.length}`, "a marker"])
  const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  expect(Versions?.[0]?.StorageClass).toBe("GLACIER")
})
