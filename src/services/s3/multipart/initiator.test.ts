import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { canonicalId } from "../owner.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const OTHER = "222222222222"

test("who begins an upload in another's bucket owns it, and may look at it and give it up", async () => {
  const { cloud, client, Bucket } = await openBucket()
  const Rules = [{ ObjectOwnership: "ObjectWriter" as const }]
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read-write" }))
  const by = (accessKeyId: string) =>
    cloud.client(S3Client, {
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey: "test" },
    })
  const begin = async (who: S3Client) => {
    const { UploadId } = await who.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }))
    return { Bucket, Key: "a", UploadId }
  }
  const upload = await begin(by(OTHER))
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
  const id = { ID: canonicalId(OTHER) }
  expect(Uploads).toMatchObject([{ Owner: id, Initiator: id }])
  const stranger = by("333333333333")
  expect(await refusalOf(stranger.send(new ListPartsCommand(upload)))).toMatch(/^AccessDenied/)
  expect(await refusalOf(stranger.send(new AbortMultipartUploadCommand(upload)))).toMatch(
    /^AccessDenied/,
  )
  expect((await by(OTHER).send(new ListPartsCommand(upload))).Owner).toEqual(id)
  await by(OTHER).send(new AbortMultipartUploadCommand(upload))
  const owners = await begin(client)
  expect(await refusalOf(by(OTHER).send(new AbortMultipartUploadCommand(owners)))).toMatch(
    /^AccessDenied/,
  )
})
