import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import {
  AssociateAccessGrantsIdentityCenterCommand,
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  DeleteAccessGrantsInstanceCommand,
  DissociateAccessGrantsIdentityCenterCommand,
  GetAccessGrantsInstanceCommand,
  GetDataAccessCommand,
  ListCallerAccessGrantsCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { policyOf } from "../../../gateway/testing/identity.ts"
import { openCloud as openGateway } from "../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation, Operation } from "../../../registry/operation.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { gatewayConfig } from "../testing/gateway-config.ts"
import { makeRole } from "../testing/open-grants.ts"

const ACCOUNT = "000000000000"
const AccountId = ACCOUNT
const CENTER = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
const APPLICATION = `arn:aws:sso::${ACCOUNT}:application/ssoins-1234567890abcdef/apl-1`
const ANNA = "83d43802-00b1-7054-db02-f1d683aacba5"

/** A cloud, where asked with a small Identity Center that knows one instance and one person. */
async function open({ center = true } = {}) {
  const cloud = await openGateway()
  const asked: string[] = []
  if (center) {
    const answering = (name: string, answer: (input: Record<string, unknown>) => object) =>
      ({
        ...{ kind: "action", name, authorize: unchecked("a test's own service") },
        run: (_ctx, input: Record<string, unknown>) => {
          asked.push(name)
          return Promise.resolve(answer(input))
        },
      }) satisfies ActionOperation<never, object> as Operation
    const known = (is: boolean, answer: object) => {
      if (!is) throw new AwsError("ResourceNotFoundException", "not found")
      return answer
    }
    plugIn(cloud, "sso-admin", {
      DescribeInstance: answering("DescribeInstance", ({ InstanceArn }) =>
        known(InstanceArn === CENTER, { IdentityStoreId: "d-1234567890" }),
      ),
      CreateApplication: answering("CreateApplication", () => ({ ApplicationArn: APPLICATION })),
      DeleteApplication: answering("DeleteApplication", ({ ApplicationArn }) =>
        known(ApplicationArn === APPLICATION, {}),
      ),
    })
    plugIn(cloud, "identitystore", {
      DescribeUser: answering("DescribeUser", ({ UserId, IdentityStoreId }) =>
        known(UserId === ANNA && IdentityStoreId === "d-1234567890", {}),
      ),
    })
  }
  const config = gatewayConfig(cloud)
  return {
    asked,
    iam: new IAMClient(config),
    s3: new S3Client(config),
    control: new S3ControlClient(config),
  }
}

const INVALID =
  "InvalidIdentityCenterInstance 400: The specified identity center instance is invalid"

test("without an Identity Center no ARN is one of its instances", async () => {
  const { control } = await open({ center: false })
  const create = (more = {}) =>
    control.send(new CreateAccessGrantsInstanceCommand({ AccountId, ...more }))
  expect(await refusalOf(create({ IdentityCenterArn: CENTER }))).toBe(INVALID)
  await create()
  const associate = new AssociateAccessGrantsIdentityCenterCommand({
    ...{ AccountId, IdentityCenterArn: CENTER },
  })
  expect(await refusalOf(control.send(associate))).toBe(INVALID)
  const dissociate = new DissociateAccessGrantsIdentityCenterCommand({ AccountId })
  expect(await refusalOf(control.send(dissociate))).toBe(INVALID)
  const get = await control.send(new GetAccessGrantsInstanceCommand({ AccountId }))
  expect(get).not.toHaveProperty("IdentityCenterArn")
})

test("an instance has an application in its Identity Center, which goes with the association", async () => {
  const { asked, control } = await open()
  const associate = (IdentityCenterArn: string) =>
    control.send(new AssociateAccessGrantsIdentityCenterCommand({ AccountId, IdentityCenterArn }))
  expect(await refusalOf(associate(CENTER))).toMatch(/^AccessGrantsInstanceNotExistsError 404/)
  const whole = {
    ...{ IdentityCenterInstanceArn: CENTER, IdentityCenterApplicationArn: APPLICATION },
    IdentityCenterArn: APPLICATION,
  }
  const create = () =>
    control.send(new CreateAccessGrantsInstanceCommand({ AccountId, IdentityCenterArn: CENTER }))
  expect(await create()).toMatchObject(whole)
  const get = () => control.send(new GetAccessGrantsInstanceCommand({ AccountId }))
  expect(await get()).toMatchObject(whole)
  expect(await refusalOf(create())).toMatch(/^AccessGrantsInstanceAlreadyExists 409/)
  expect(await refusalOf(associate(CENTER))).toBe(INVALID)
  const remove = () => control.send(new DeleteAccessGrantsInstanceCommand({ AccountId }))
  expect(await refusalOf(remove())).toMatch(/dissociate the identity center instance/)
  await control.send(new DissociateAccessGrantsIdentityCenterCommand({ AccountId }))
  expect(await get()).not.toHaveProperty("IdentityCenterArn")
  expect(await refusalOf(associate("arn:aws:sso:::instance/ssoins-none"))).toBe(INVALID)
  await associate(CENTER)
  expect(await get()).toMatchObject(whole)
  expect(asked.filter((name) => name !== "DescribeInstance")).toEqual([
    ...["CreateApplication", "DeleteApplication", "CreateApplication"],
  ])
})

test("people of the directory are granted something, with an application or without", async () => {
  const { control, iam, s3 } = await open()
  await s3.send(new CreateBucketCommand({ Bucket: "photos" }))
  await iam.send(new CreateUserCommand({ UserName: "alice" }))
  const trust = policyOf({
    ...{ Principal: { Service: "access-grants.s3.amazonaws.com" }, Action: "sts:AssumeRole" },
  })
  await makeRole(iam, "vendor", { Action: "s3:*", Resource: "*" }, trust)
  await control.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  const IAMRoleArn = `arn:aws:iam::${ACCOUNT}:role/vendor`
  await control.send(
    new CreateAccessGrantsLocationCommand({ AccountId, IAMRoleArn, LocationScope: "s3://" }),
  )
  const grant = (GranteeIdentifier: string, more = {}) =>
    control.send(
      new CreateAccessGrantCommand({
        ...{ AccountId, AccessGrantsLocationId: "default", Permission: "READ" },
        AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/*" },
        Grantee: { GranteeType: "DIRECTORY_USER", GranteeIdentifier },
        ...more,
      }),
    )
  const nobody = "InvalidRequest 400: Invalid Grantee in the request"
  expect(await refusalOf(grant(ANNA))).toBe(nobody)
  await control.send(
    new AssociateAccessGrantsIdentityCenterCommand({ AccountId, IdentityCenterArn: CENTER }),
  )
  const Grantee = { GranteeType: "DIRECTORY_USER", GranteeIdentifier: ANNA }
  expect(await grant(ANNA)).toMatchObject({ Grantee, GrantScope: "s3://photos/*" })
  expect(await grant(ANNA, { ApplicationArn: APPLICATION })).toMatchObject({
    ApplicationArn: APPLICATION,
  })
  expect(await refusalOf(grant(ANNA.replace("83", "84")))).toBe(nobody)
  expect(await refusalOf(grant("anna"))).toBe(nobody)
  // Nobody comes with such an identity yet: it grants nothing to others.
  const mine = await control.send(new ListCallerAccessGrantsCommand({ AccountId }))
  expect(mine.CallerAccessGrantsList ?? []).toEqual([])
  const ask = new GetDataAccessCommand({ AccountId, Target: "s3://photos/*", Permission: "READ" })
  expect(await refusalOf(control.send(ask))).toMatch(/^AccessDenied 403/)
  // An IAM user with an application: only through it, and nobody comes through one either.
  const alice = { GranteeType: "IAM", GranteeIdentifier: `arn:aws:iam::${ACCOUNT}:user/alice` }
  const through = { Grantee: alice, ApplicationArn: APPLICATION }
  expect(await refusalOf(grant(ANNA, through))).toBe("no refusal")
})
