import { Readable } from "node:stream"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { formParameter } from "./form/params.ts"
import { queryCodec } from "./query.ts"
import { postRequest } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"

const MODEL = publishedModel("sts")

/** AWS's own client, in front of the codec alone; `seen` collects the inputs. */
function client(answer: Values | AwsError, seen: Values[] = []): STSClient {
  const codec = queryCodec()
  const handle = async (sent: { body: string }) => {
    const request = postRequest(sent.body)
    const operation = MODEL.operations[formParameter(request, "Action")!]!
    seen.push(codec.decode(MODEL, operation, request))
    const context = { requestId: "id-1" }
    const { status, headers, body } =
      answer instanceof AwsError
        ? codec.encodeError(MODEL, operation, answer, context)
        : codec.encode(MODEL, operation, answer, context)
    return { response: { statusCode: status, headers, body: Readable.from([body as string]) } }
  }
  return new STSClient({
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: { handle },
  })
}

test("AWS's client is understood, and understands", async () => {
  const seen: Values[] = []
  const at = Date.UTC(2030, 0, 1)
  const credentials = { AccessKeyId: "a", SecretAccessKey: "b+/=", SessionToken: "<&>" }
  const sts = client({ Credentials: { ...credentials, Expiration: at }, PackedPolicySize: 6 }, seen)
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/a b",
    RoleSessionName: "é",
    DurationSeconds: 900,
    PolicyArns: [{ arn: "x" }, { arn: "y" }],
    Tags: [{ Key: "k", Value: "" }],
  }
  const { $metadata, ...output } = await sts.send(new AssumeRoleCommand(input))
  expect(seen).toEqual([input])
  expect(output).toEqual({
    Credentials: { ...credentials, Expiration: new Date(at) },
    PackedPolicySize: 6,
  })
  expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: "id-1" })
})

test("AWS's client knows modelled and common errors again", async () => {
  const expired = client(new AwsError("ExpiredTokenException", "The token is old."))
  await expect(expired.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "ExpiredTokenException",
    message: "The token is old.",
    $metadata: { httpStatusCode: 400, requestId: "id-1" },
  })
  const denied = client(new AwsError("AccessDeniedException", "Not <you>."))
  await expect(denied.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Not <you>.",
    $metadata: { httpStatusCode: 403 },
  })
})
