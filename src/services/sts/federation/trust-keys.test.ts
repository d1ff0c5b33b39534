import { CreateRoleCommand } from "@aws-sdk/client-iam"
import { CreateAccountCommand, ListAccountsCommand } from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { policyOf } from "../../../gateway/testing/identity.ts"
import { openPolicies, statement } from "../../organizations/testing/open-policies.ts"
import type { AssumableRole } from "../role.ts"
import { assertTrusts } from "../trust.ts"
import { ACCOUNT, refusalOf } from "../testing/open-sts.ts"
import { CLIENT_ID, openWebIdentity } from "../testing/open-federation.ts"
import { CreateOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam"
import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts"

const ACTION = "sts:AssumeRoleWithWebIdentity"
const REFUSED = `403 AccessDenied: Not authorized to perform ${ACTION}`

/** A role's trust policy that believes a provider on a condition. */
const trusting = (Federated: string, Condition: object = {}): string =>
  policyOf({ Action: ACTION, Principal: { Federated }, Condition })

test("a trust policy looks at the call and at the role, too, of whom a provider vouches for", async () => {
  const { iam, issuer, nobody, withToken } = await openWebIdentity()
  const referer = "https://example.com/"
  nobody.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, { referer })
      return next(args)
    },
    { step: "build" },
  )
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.url.slice("https://".length)}`
  let made = 0
  const assume = async (key: string, value: string): Promise<string> => {
    const RoleName = `role-${(made += 1)}`
    const Condition = { StringEquals: { [key]: value } }
    const AssumeRolePolicyDocument = trusting(Federated, Condition)
    const Tags = [{ Key: "team", Value: "red" }]
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }))
    return refusalOf(withToken({}, { RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}` }))
  }
  for (const [key, value] of [
    ["aws:RequestedRegion", "us-east-1"],
    ["aws:Referer", referer],
    ["aws:ResourceAccount", ACCOUNT],
    ["aws:ResourceTag/team", "red"],
    ["iam:ResourceTag/team", "red"],
  ] as const) {
    expect(await assume(key, "another")).toBe(REFUSED)
    expect(await assume(key, value)).toBe("no refusal")
  }
})

test("a trust policy that cannot be read, of before a rule, trusts nobody", () => {
  const trust = policyOf({ Effect: "Deny", NotPrincipal: { AWS: ACCOUNT }, Action: ACTION })
  const role = { trust, account: ACCOUNT } as AssumableRole
  const call = { operation: "AssumeRoleWithWebIdentity" } as Call
  const trusts = () => assertTrusts({} as ReadTx, { role, call }, {} as never)
  expect(trusts).toThrow(`Not authorized to perform ${ACTION}`)
})

test("a resource control policy holds for those whom a provider vouches for", async () => {
  const { cloud, client, root, enable, impose } = await openPolicies()
  await enable("RESOURCE_CONTROL_POLICY")
  await client.send(new CreateAccountCommand({ AccountName: "m", Email: "m@example.com" }))
  await cloud.advance("1m")
  const { Accounts = [] } = await client.send(new ListAccountsCommand({}))
  const member = Accounts.find(({ Name }) => Name === "m")?.Id ?? ""
  const credentials = { accessKeyId: member, secretAccessKey: "test" }
  const iam = cloud.client(IAMClient, { credentials })
  const issuer = await cloud.oidcIssuer("ci")
  const provider = { Url: issuer.url, ClientIDList: [CLIENT_ID] }
  const { OpenIDConnectProviderArn: arn = "" } = await iam.send(
    new CreateOpenIDConnectProviderCommand(provider),
  )
  const AssumeRolePolicyDocument = trusting(arn)
  await iam.send(new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument }))
  const sts = cloud.client(STSClient, { credentials: () => Promise.reject(new Error("no keys")) })
  const assume = async () => {
    const WebIdentityToken = await issuer.token({ sub: "repo:octo/app" })
    const role = { RoleArn: `arn:aws:iam::${member}:role/worker`, RoleSessionName: "run" }
    return refusalOf(sts.send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken })))
  }
  expect(await assume()).toBe("no refusal")
  const deny = { Effect: "Deny", Principal: "*", Action: ACTION }
  await impose(root, statement(deny), "RESOURCE_CONTROL_POLICY")
  expect(await assume()).toBe(REFUSED)
})
