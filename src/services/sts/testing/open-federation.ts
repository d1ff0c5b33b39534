import {
  CreateOpenIDConnectProviderCommand,
  CreateSAMLProviderCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import {
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  STSClient,
  type AssumeRoleWithSAMLCommandInput,
  type AssumeRoleWithWebIdentityCommandInput,
} from "@aws-sdk/client-sts"
import type { CloudOptions, OidcIssuer } from "../../../index.ts"
import { samlAssertion, type Told } from "./identity-tokens.ts"
import { metadataOf } from "./idp.ts"
import { openSts, ROLE, type TestSts } from "./open-sts.ts"

/** A client that has no keys at all: the operations do not ask for any. */
const nobodyOf = ({ cloud }: TestSts): STSClient =>
  cloud.client(STSClient, {
    credentials: () => Promise.reject(new Error("keys were asked for")),
  })

/** A cloud whose account trusts an issuer of OpenID Connect. */
export interface TestWebIdentity extends TestSts {
  readonly iam: IAMClient
  readonly nobody: STSClient
  readonly issuer: OidcIssuer
  /** Assumes ROLE with a token of these claims. */
  withToken(
    claims?: Record<string, unknown>,
    input?: Partial<AssumeRoleWithWebIdentityCommandInput>,
  ): ReturnType<typeof assumeWithToken>
}

export const CLIENT_ID = "sts.amazonaws.com"

export async function openWebIdentity(options: CloudOptions = {}): Promise<TestWebIdentity> {
  const sts = await openSts(options)
  const iam = sts.cloud.client(IAMClient)
  const nobody = nobodyOf(sts)
  const issuer = await sts.cloud.oidcIssuer("ci")
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: [CLIENT_ID] }),
  )
  return {
    ...{ ...sts, iam, nobody, issuer },
    async withToken(claims = {}, input = {}) {
      const WebIdentityToken = await issuer.token({ sub: "repo:octo/app", ...claims })
      return assumeWithToken(nobody, { WebIdentityToken, ...input })
    },
  }
}

/** A cloud whose account trusts a SAML provider. */
export interface TestSaml extends TestSts {
  readonly iam: IAMClient
  /** Assumes ROLE with a response that says this. */
  withSaml(
    told?: Told,
    input?: Partial<AssumeRoleWithSAMLCommandInput>,
  ): ReturnType<typeof assumeWithSaml>
}

export async function openSaml(options: CloudOptions = {}): Promise<TestSaml> {
  const sts = await openSts(options)
  const iam = sts.cloud.client(IAMClient)
  const SAMLMetadataDocument = metadataOf()
  await iam.send(new CreateSAMLProviderCommand({ Name: "Corp", SAMLMetadataDocument }))
  const nobody = nobodyOf(sts)
  return {
    ...{ ...sts, iam },
    withSaml: (told, input = {}) =>
      assumeWithSaml(nobody, { SAMLAssertion: samlAssertion(new Date(), told), ...input }),
  }
}

export const assumeWithToken = (
  client: STSClient,
  input: Partial<AssumeRoleWithWebIdentityCommandInput>,
) =>
  client.send(
    new AssumeRoleWithWebIdentityCommand({
      ...{ RoleArn: ROLE, RoleSessionName: "ci", WebIdentityToken: "" },
      ...input,
    }),
  )

const PROVIDER_ARN = `${ROLE.slice(0, ROLE.indexOf(":role/"))}:saml-provider/Corp`

export const assumeWithSaml = (client: STSClient, input: Partial<AssumeRoleWithSAMLCommandInput>) =>
  client.send(
    new AssumeRoleWithSAMLCommand({
      ...{ RoleArn: ROLE, PrincipalArn: PROVIDER_ARN, SAMLAssertion: "" },
      ...input,
    }),
  )
