import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { policy } from "../testing/documents.ts"
import { ACCOUNT, refusalOf } from "../testing/open-iam.ts"
import { openUser } from "../testing/open-user.ts"

const LIMITS = `arn:aws:iam::${ACCOUNT}:policy/limits`
const ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
})
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
})

/** A user who may only have to do with roles that are bounded by `limits`. */
async function openLead() {
  const opened = await openUser()
  const { client, may, as, keys } = opened
  await client.send(new CreatePolicyCommand({ PolicyName: "limits", PolicyDocument: ALL }))
  const Condition = { StringEquals: { "iam:PermissionsBoundary": LIMITS } }
  await may(policy({ Effect: "Allow", Action: "iam:*Role*", Resource: "*", Condition }))
  const lead = as({
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    ...{ UserName: "bob", Status: "Active" },
  })
  return { ...opened, lead }
}

test("who may only make bounded roles may give policies to these, and to no others", async () => {
  const { client, lead } = await openLead()
  const role = (RoleName: string) => ({ RoleName, AssumeRolePolicyDocument: TRUST })
  await client.send(new CreateRoleCommand(role("free")))
  await lead.send(new CreateRoleCommand({ ...role("app"), PermissionsBoundary: LIMITS }))
  const { Role } = await client.send(new GetRoleCommand({ RoleName: "app" }))
  expect(Role?.PermissionsBoundary).toEqual({
    PermissionsBoundaryType: "Policy",
    PermissionsBoundaryArn: LIMITS,
  })
  const put = (RoleName: string) =>
    lead.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument: ALL }))
  await put("app")
  expect(await refusalOf(put("free"))).toMatch(
    /^403 AccessDenied: .* is not authorized to perform: iam:PutRolePolicy on resource: role free because no identity-based policy allows/,
  )
  const detaching = { RoleName: "app", PolicyArn: LIMITS }
  expect(await refusalOf(lead.send(new DetachRolePolicyCommand(detaching)))).toMatch(/^404/)
  await lead.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "app" }))
  expect(await refusalOf(put("app"))).toMatch(/^403 AccessDenied/)
})

test("a list asks for the path that it looks under", async () => {
  const { may, as, keys } = await openUser()
  const Resource = `arn:aws:iam::${ACCOUNT}:role/apps/*`
  await may(policy({ Effect: "Allow", Action: "iam:ListRoles", Resource }))
  const bob = as({
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    ...{ UserName: "bob", Status: "Active" },
  })
  await bob.send(new ListRolesCommand({ PathPrefix: "/apps/" }))
  expect(await refusalOf(bob.send(new ListRolesCommand({})))).toContain(
    `iam:ListRoles on resource: arn:aws:iam::${ACCOUNT}:role/ because`,
  )
})
