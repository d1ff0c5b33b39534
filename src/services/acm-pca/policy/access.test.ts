import {
  CreatePermissionCommand,
  DeletePermissionCommand,
  DeletePolicyCommand,
  GetPolicyCommand,
  ListPermissionsCommand,
  PutPolicyCommand,
} from "@aws-sdk/client-acm-pca"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  activeRoot,
  describe,
  issue,
  openPca,
  OTHER,
  refusalOf,
  serverRequest,
  TEMPLATE,
} from "../testing/open-pca.ts"

const policyFor = (Resource: string, more: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        ...{ Effect: "Allow", Principal: { AWS: OTHER }, Resource },
        Action: ["acm-pca:DescribeCertificateAuthority", "acm-pca:IssueCertificate"],
        ...more,
      },
    ],
  })

test("a policy lets another account in, by template if it says so", async () => {
  const { client, of } = await openPca()
  const ResourceArn = await activeRoot(client)
  const other = of({ account: OTHER })
  const Csr = await serverRequest()
  expect(await refusalOf(describe(other, ResourceArn))).toMatch(/^AccessDenied/)
  const get = () => client.send(new GetPolicyCommand({ ResourceArn }))
  expect(await refusalOf(get())).toMatch(/^ResourceNotFoundException: /)
  const Policy = policyFor(ResourceArn)
  await client.send(new PutPolicyCommand({ ResourceArn, Policy }))
  expect((await get()).Policy).toBe(Policy)
  expect((await describe(other, ResourceArn))?.OwnerAccount).toBe(ACCOUNT)
  await issue(other, ResourceArn, { Csr })
  const TemplateArn = `${TEMPLATE}EndEntityCertificate/V1`
  const Condition = { StringEquals: { "acm-pca:TemplateArn": TemplateArn } }
  const narrow = policyFor(ResourceArn, { Condition })
  await client.send(new PutPolicyCommand({ ResourceArn, Policy: narrow }))
  await issue(other, ResourceArn, { Csr })
  const code = { Csr, TemplateArn: `${TEMPLATE}CodeSigningCertificate/V1` }
  expect(await refusalOf(issue(other, ResourceArn, code))).toMatch(/^AccessDenied/)
  await client.send(new DeletePolicyCommand({ ResourceArn }))
  expect(await refusalOf(issue(other, ResourceArn, { Csr }))).toMatch(/^AccessDenied/)
})

test("a policy is about its own CA, and locks nobody out", async () => {
  const { client } = await openPca()
  const ResourceArn = await activeRoot(client)
  const put = (Policy: string) =>
    refusalOf(client.send(new PutPolicyCommand({ ResourceArn, Policy })))
  expect(await put("{")).toMatch(/^InvalidPolicyException: /)
  expect(await put(policyFor("*"))).toMatch(/^InvalidPolicyException: The policy must name/)
  expect(await put(policyFor(ResourceArn, { Action: "s3:*" }))).toMatch(/^InvalidPolicyException/)
  const deny = { Effect: "Deny", Principal: "*", Action: "acm-pca:*" }
  expect(await put(policyFor(ResourceArn, deny))).toMatch(/^LockoutPreventedException: /)
})

test("permissions are given to ACM, once", async () => {
  const { client } = await openPca()
  const CertificateAuthorityArn = await activeRoot(client)
  const Principal = "acm.amazonaws.com"
  const Actions = ["IssueCertificate", "GetCertificate", "ListPermissions"] as const
  const create = (who = Principal) =>
    client.send(
      new CreatePermissionCommand({
        ...{ CertificateAuthorityArn, Principal: who, Actions: [...Actions] },
      }),
    )
  await create()
  expect(await refusalOf(create())).toMatch(/^PermissionAlreadyExistsException: /)
  expect(await refusalOf(create("s3.amazonaws.com"))).toMatch(/^ValidationException: /)
  const list = async () =>
    (await client.send(new ListPermissionsCommand({ CertificateAuthorityArn }))).Permissions
  expect(await list()).toMatchObject([{ Principal, SourceAccount: ACCOUNT, Actions: [...Actions] }])
  const gone = new DeletePermissionCommand({ CertificateAuthorityArn, Principal })
  await client.send(gone)
  expect(await list()).toEqual([])
  expect(await refusalOf(client.send(gone))).toMatch(/^ResourceNotFoundException: /)
})
