import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  ListAccessGrantsCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { policyOf } from "../../../gateway/testing/identity.ts"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { gatewayConfig } from "../testing/gateway-config.ts"
import { makeRole } from "../testing/open-grants.ts"
import { grants } from "./grant.ts"
import { grantsInstances } from "./instance.ts"
import { GRANTS, LOCATIONS } from "./limits.ts"
import { grantsLocations } from "./location.ts"

const ACCOUNT = "000000000000"
const AccountId = ACCOUNT
const PLACE = { account: ACCOUNT, region: "us-east-1", createdMs: NOW, tags: {} }

async function open() {
  const cloud = await openCloud()
  const config = gatewayConfig(cloud)
  const iam = new IAMClient(config)
  const control = new S3ControlClient(config)
  await new S3Client(config).send(new CreateBucketCommand({ Bucket: "photos" }))
  await iam.send(new CreateUserCommand({ UserName: "alice" }))
  const Principal = { Service: "access-grants.s3.amazonaws.com" }
  const may = { Action: "s3:*", Resource: "*" }
  await makeRole(iam, "vendor", may, policyOf({ Principal, Action: "sts:AssumeRole" }))
  await control.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/vendor`
  const register = (LocationScope: string) =>
    control.send(
      new CreateAccessGrantsLocationCommand({ AccountId, LocationScope, IAMRoleArn: roleArn }),
    )
  await register("s3://")
  return { control, register, roleArn, world: cloud.world }
}

test("an instance has up to 1,000 locations and 100,000 grants", async () => {
  const { control, register, roleArn, world } = await open()
  await world.write((tx) => {
    for (let at = 1; at < LOCATIONS; at += 1)
      tx.put(grantsLocations, { ...PLACE, roleArn, id: `l${at}`, scope: `s3://photos/${at}` })
    tx.put(grantsInstances, { ...PLACE, grantCount: GRANTS })
  })
  expect(await refusalOf(register("s3://photos/more"))).toBe(
    "AccessGrantsLocationsQuotaExceededError 409: The access grants location quota has been exceeded. Access Grants Locations Quota: 1000. Please reach out to S3 if an increase is required.",
  )
  const grant = new CreateAccessGrantCommand({
    ...{ AccountId, AccessGrantsLocationId: "default", Permission: "READ" },
    AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/*" },
    Grantee: { GranteeType: "IAM", GranteeIdentifier: `arn:aws:iam::${ACCOUNT}:user/alice` },
  })
  expect(await refusalOf(control.send(grant))).toBe(
    "AccessGrantsQuotaExceededError 409: The access grants quota has been exceeded. Access Grants Quota: 100000. Please reach out to S3 if an increase is required.",
  )
})

test("a list that filters looks at so many grants a page, and finds the last all the same", async () => {
  const { control, world } = await open()
  const scope = { bucket: "photos", key: "", isObject: false }
  await world.write((tx) => {
    for (let at = 0; at < 10_500; at += 1)
      tx.put(grants, {
        ...{ ...PLACE, scope, path: "s3://photos/*", locationId: "default" },
        id: `g${String(at).padStart(6, "0")}`,
        permission: at === 10_499 ? "WRITE" : "READ",
        grantee: { type: "IAM", id: `arn:aws:iam::${ACCOUNT}:user/u${at}` },
      })
  })
  const list = (more: object) =>
    control.send(new ListAccessGrantsCommand({ AccountId, Permission: "WRITE", ...more }))
  const first = await list({})
  expect(first.AccessGrantsList ?? []).toEqual([])
  const second = await list({ NextToken: first.NextToken })
  expect(second.AccessGrantsList?.map(({ AccessGrantId }) => AccessGrantId)).toEqual(["g010499"])
  expect(second).not.toHaveProperty("NextToken")
})
