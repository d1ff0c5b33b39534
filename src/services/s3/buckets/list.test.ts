import { IAMClient } from "@aws-sdk/client-iam"
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openCloud, refusalOf } from "../testing/open-bucket.ts"

test("policies may say `arn:aws:s3:::*` or `*` for the list of all buckets", async () => {
  const cloud = await openCloud()
  const { credentials, may } = await newUser(cloud.client(IAMClient), "ann")
  const ann = cloud.client(S3Client, { credentials })
  const say = async (...statements: readonly object[]) => {
    await may(...statements.map((one) => ({ Action: "s3:ListAllMyBuckets", ...one })))
    return refusalOf(ann.send(new ListBucketsCommand({})))
  }
  const refused =
    "AccessDenied 403: User: arn:aws:iam::000000000000:user/ann is not authorized to perform: " +
    "s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action"
  expect(await say({ Effect: "Allow", Resource: "arn:aws:s3:::photos" })).toBe(refused)
  expect(await say({ Effect: "Allow", Resource: "arn:aws:s3:::*" })).toBe("no refusal")
  expect(await say({ Effect: "Allow", Resource: "*" })).toBe("no refusal")
  const deny = { Effect: "Deny", Resource: "arn:aws:s3:::*" }
  expect(await say({ Effect: "Allow", Resource: "*" }, deny)).toContain("with an explicit deny")
})
