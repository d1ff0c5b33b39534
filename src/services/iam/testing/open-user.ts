import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { keysOf } from "../../../gateway/testing/identity.ts"
import { openIam, type TestIam } from "./open-iam.ts"

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** A cloud with a user who has keys. */
export interface TestUser extends TestIam {
  readonly userName: string
  readonly userId: string
  readonly keys: Keys
  /** Puts an inline policy, by default always the same one. */
  may(document: string, name?: string): Promise<unknown>
  /** `yes`, or the reason why queues cannot be listed with the keys. */
  listsQueues(keys?: Keys, region?: string): Promise<string>
}

export async function openUser(userName = "bob"): Promise<TestUser> {
  const opened = await openIam()
  const { client, cloud } = opened
  const { User } = await client.send(new CreateUserCommand({ UserName: userName }))
  const keys = await newKeys(client, userName)
  return {
    ...opened,
    userName,
    userId: User?.UserId ?? "",
    keys,
    may: (PolicyDocument, PolicyName = "own") =>
      client.send(new PutUserPolicyCommand({ UserName: userName, PolicyName, PolicyDocument })),
    listsQueues: (credentials = keys, region = "us-east-1") =>
      reasonOf(cloud.client(SQSClient, { credentials, region }).send(new ListQueuesCommand({}))),
  }
}

export async function newKeys(client: IAMClient, UserName: string): Promise<Keys> {
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }))
  return keysOf(AccessKey)
}

/** `yes`, or what a denial says behind `because` or `with`. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return "yes"
  } catch (error) {
    const { message } = error as Error
    return /(?:because|with) (.+)$/.exec(message)?.[1] ?? message
  }
}
