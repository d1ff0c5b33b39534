import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  GetDelegationRequestCommand,
  IAMClient,
  SendDelegationTokenCommand,
  type CreateDelegationRequestCommandInput,
} from "@aws-sdk/client-iam"
import {
  GetDelegatedAccessTokenCommand,
  STSClient,
  type Credentials as Keys,
} from "@aws-sdk/client-sts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { registerIn } from "../../../gateway/control/partners.ts"
import type { Cloud } from "../../../gateway/cloud.ts"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"

export const CUSTOMER = "111122223333"
export const PARTNER = "444455556666"
export const TOPIC = `arn:aws:sns:us-east-1:${PARTNER}:delegations`
const BOUNDARY_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
}

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Notice {
  readonly Type: string
  readonly State: string
  readonly OwnerAccountId?: string
  readonly ExchangeToken?: string
  readonly ExpiresAt?: string
}

type Client<C> = new (config: never) => C

/** A cloud with a partner, and a topic on which the partner hears. */
export async function openDelegation() {
  const cloud = await openCloud()
  const told: Notice[] = []
  const Publish: ActionOperation<{ readonly Message: string }, object> = {
    ...{ kind: "action", name: "Publish", authorize: unchecked("a topic of a test") },
    run(_ctx, { Message }, { principal, account }) {
      if (account !== PARTNER || principal.type !== "service") throw new Error("not as IAM")
      told.push(JSON.parse(Message) as Notice)
      return Promise.resolve({ MessageId: "m" })
    },
  }
  plugIn(cloud, "sns", { Publish })
  const { templates, boundaries } = await registerIn(cloud, {
    ...{ account: PARTNER, name: "partner.com" },
    templates: {
      Setup: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sqs:CreateQueue", Resource: "arn:aws:sqs:*:*:@{prefix}-*" },
          {
            ...{ Effect: "Allow", Action: ["iam:CreateRole"], Resource: "*" },
            Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
          },
        ],
      },
    },
    boundaries: { Boundary_20260115: BOUNDARY_POLICY },
  })
  const of = <C>(client: Client<C>, credentials: string | Credentials): C =>
    new client(config(cloud, credentials) as never)
  const partner = of(IAMClient, PARTNER)
  const asked: CreateDelegationRequestCommandInput = {
    ...{ Description: "set up", RequestorWorkflowId: "workflow-1", NotificationChannel: TOPIC },
    ...{ OwnerAccountId: CUSTOMER, SessionDuration: 7_200 },
    Permissions: {
      PolicyTemplateArn: templates["Setup"],
      Parameters: [{ Name: "prefix", Values: ["app"], Type: "string" }],
    },
  }
  return {
    ...{ cloud, told, templates, boundaries, of, partner },
    sts: (credentials: string | Credentials) => of(STSClient, credentials),
    customer: of(IAMClient, CUSTOMER),
    /** Asks, as `Setup` of the app for two hours, unless told else. */
    async ask(
      change: Partial<CreateDelegationRequestCommandInput> = {},
      client: IAMClient = partner,
    ): Promise<string> {
      const asking = new CreateDelegationRequestCommand({ ...asked, ...change })
      return (await client.send(asking)).DelegationRequestId ?? ""
    },
    async stateOf(id: string, client: IAMClient = of(IAMClient, CUSTOMER)) {
      const getting = new GetDelegationRequestCommand({ DelegationRequestId: id })
      return (await client.send(getting)).DelegationRequest?.State
    },
    user: async (name: string, statements: readonly object[] = []) =>
      (await newUser(of(IAMClient, CUSTOMER), name, ...statements)).credentials,
  }
}

export const BOUNDARY = "arn:aws:iam::partner:policy/partner.com/Boundary_20260115"

const config = (cloud: Cloud, credentials: string | Credentials) =>
  typeof credentials === "string"
    ? gatewayConfig(cloud, credentials)
    : { ...gatewayConfig(cloud), credentials }

const ALL = { Effect: "Allow", Action: "*", Resource: "*" }

/** A request that was approved by an administrator and released. */
export async function openApproved() {
  const opened = await openDelegation()
  const admin = opened.of(IAMClient, await opened.user("admin", [ALL]))
  const DelegationRequestId = await opened.ask()
  await admin.send(new AssociateDelegationRequestCommand({ DelegationRequestId }))
  await admin.send(new AcceptDelegationRequestCommand({ DelegationRequestId }))
  await admin.send(new SendDelegationTokenCommand({ DelegationRequestId }))
  await opened.cloud.settle()
  const TradeInToken = opened.told.find(({ Type }) => Type === "ExchangeToken")?.ExchangeToken
  const trade = (account = PARTNER) =>
    opened.sts(account).send(new GetDelegatedAccessTokenCommand({ TradeInToken }))
  return { ...opened, admin, DelegationRequestId, TradeInToken, trade }
}

/** What a partner traded its token for. */
export const keysOf = ({ Credentials }: { readonly Credentials?: Keys | undefined }) => ({
  accessKeyId: Credentials?.AccessKeyId ?? "",
  secretAccessKey: Credentials?.SecretAccessKey ?? "",
  sessionToken: Credentials?.SessionToken ?? "",
})
