import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"

/** Credentials as clients take them. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** An access key, or the credentials of a session, as IAM and STS answer them. */
interface Answered {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
}

export const keysOf = ({
  AccessKeyId: accessKeyId = "",
  SecretAccessKey: secretAccessKey = "",
  SessionToken: sessionToken,
}: Answered = {}): Keys => ({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) })

/** A policy document. Statements allow, unless they say otherwise. */
export const policyOf = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  })

/** A user: `cloud.client(SQSClient, { credentials })` calls as one. */
export interface TestUser {
  readonly credentials: Keys
  /** What the user may do from now on, and nothing else. */
  may(...statements: readonly object[]): Promise<unknown>
}

/** Makes a user with a key, who may do what the statements say. */
export async function newUser(
  iam: IAMClient,
  UserName: string,
  ...statements: readonly object[]
): Promise<TestUser> {
  await iam.send(new CreateUserCommand({ UserName }))
  const may: TestUser["may"] = (...all) => {
    const PolicyDocument = policyOf(...all)
    return iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }))
  }
  if (statements.length > 0) await may(...statements)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { credentials: keysOf(AccessKey), may }
}
