import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateAccessPointCommand,
  CreateAccessPointForObjectLambdaCommand,
  S3ControlClient,
  type ObjectLambdaConfiguration,
} from "@aws-sdk/client-s3-control"
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { Agent } from "node:http"
import type { LookupFunction } from "node:net"
import { onTestFinished } from "vitest"
import { keysOf, newUser, policyOf, type Keys } from "../../../../../gateway/testing/identity.ts"
import { createFront } from "../../../../../gateway/front.ts"
import type { Cloud } from "../../../../../gateway/cloud.ts"
import { NOW, openCloud } from "../../../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../../../gateway/testing/plug-in.ts"
import { hostClock } from "../../../../../kernel/host/host-clock.ts"
import { listen } from "../../../../../kernel/host/transport/listen.ts"
import type { WireRequest, WireResponse } from "../../../../../kernel/wire.ts"
import { AwsError } from "../../../../../protocols/aws-error.ts"
import type { ActionOperation } from "../../../../../registry/operation.ts"

export const ACCOUNT = "000000000000"
export const POINT = `arn:aws:s3-object-lambda:us-east-1:${ACCOUNT}:accesspoint/lens`
export const DOOR = `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/door`
export const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`

/** What a function is told, as far as tests look at it. */
export interface LensEvent {
  readonly xAmzRequestId: string
  readonly getObjectContext: {
    readonly inputS3Url: string
    readonly outputRoute: string
    readonly outputToken: string
  }
  readonly headObjectContext: { readonly inputS3Url: string }
  readonly listObjectsContext: { readonly inputS3Url: string }
  readonly listObjectsV2Context: { readonly inputS3Url: string }
  readonly configuration: Readonly<Record<string, string>>
  readonly userRequest: { readonly url: string; readonly headers: Record<string, string> }
  readonly userIdentity: Readonly<Record<string, unknown>>
}

export interface Lens {
  readonly cloud: Cloud
  /** As the root of the account, or as somebody else; over sockets. */
  s3(credentials?: Keys, more?: object): S3Client
  readonly control: S3ControlClient
  readonly alias: string
  /** A user with these statements. */
  user(name: string, ...statements: object[]): Promise<Keys>
  deactivate(UserName: string, keys: Keys): Promise<unknown>
  /** A session of a role that may do everything, as far as the session's policy goes. */
  session(name: string, Policy?: string): Promise<Keys>
}

interface LensSettings extends Partial<ObjectLambdaConfiguration> {
  readonly actions?: readonly string[]
  /** Stands between the cloud's answers and the socket. */
  readonly between?: (request: WireRequest, answer: Promise<WireResponse>) => Promise<WireResponse>
}

const ROOT: Keys = { accessKeyId: ACCOUNT, secretAccessKey: "test" }

/** Whatever stands before `localhost` is this machine. */
const lookup: LookupFunction = (_host, { all }, done) =>
  all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)

/**
 * A cloud behind a socket with a bucket, an access point, one of Object Lambda before it, and a small
 * Lambda whose one function is `run`.
 */
export async function openLens(
  run: (event: LensEvent, lens: Lens) => Promise<unknown>,
  { between, ...configuration }: LensSettings = {},
): Promise<Lens> {
  const cloud = await openCloud()
  const port = await serve(cloud, between)
  const config = (credentials: Keys, more: object) => ({
    ...{ region: "us-east-1", endpoint: `http://localhost:${port}`, maxAttempts: 1, credentials },
    requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup }) }),
    systemClockOffset: NOW - Date.now(),
    ...more,
  })
  const s3 = (credentials = ROOT, more = {}) => new S3Client(config(credentials, more))
  const control = new S3ControlClient(config(ROOT, {}))
  const iam = new IAMClient(config(ROOT, {}))
  const sts = new STSClient(config(ROOT, {}))
  await s3(ROOT, { forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "photos" }))
  await control.send(
    new CreateAccessPointCommand({ AccountId: ACCOUNT, Name: "door", Bucket: "photos" }),
  )
  const alias = await createPoint(control, configuration)
  const lens: Lens = {
    ...{ cloud, s3, control, alias },
    async user(UserName, ...statements) {
      return (await newUser(iam, UserName, ...statements)).credentials
    },
    async session(RoleName, Policy) {
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: policyOf({
            ...{ Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
          }),
        }),
      )
      const PolicyDocument = policyOf({ Action: "*", Resource: "*" })
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }))
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "session", Policy }),
      )
      return keysOf(Credentials)
    },
    deactivate: (UserName, { accessKeyId: AccessKeyId }) =>
      iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" })),
  }
  plugIn(cloud, "lambda", { Invoke: lambda((event) => run(event, lens)) })
  await lens.s3().send(new PutObjectCommand({ Bucket: DOOR, Key: "a b/ü", Body: "hello world" }))
  return lens
}

/** Answers tell the time: by another than the cloud's clients would set their own. */
async function serve(cloud: Cloud, between: LensSettings["between"]): Promise<number> {
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  const listener = await listen({
    ...{ port: 0, clock: { ...hostClock, now: () => NOW }, limits: {} },
    handle: (request) => (between ? between(request, front(request)) : front(request)),
    // An answer that breaks off is what some tests are about.
    report: (error) => error instanceof AwsError || cloud.report("listen", error),
  })
  onTestFinished(() => listener.close({ graceMs: 0 }))
  return listener.port
}

async function createPoint(
  control: S3ControlClient,
  { actions = ["GetObject"], ...more }: { readonly actions?: readonly string[] },
): Promise<string> {
  const AwsLambda = { FunctionArn: FUNCTION, FunctionPayload: '{"a":1}' }
  const { Alias } = await control.send(
    new CreateAccessPointForObjectLambdaCommand({
      ...{ AccountId: ACCOUNT, Name: "lens" },
      Configuration: {
        SupportingAccessPoint: DOOR,
        TransformationConfigurations: [
          { Actions: actions as never, ContentTransformation: { AwsLambda } },
        ],
        ...more,
      },
    }),
  )
  return Alias?.Value ?? ""
}

/** Lambda's Invoke, which asks what Lambda asks. */
const lambda = (
  run: (event: LensEvent) => Promise<unknown>,
): ActionOperation<{ readonly FunctionName: string; readonly Payload: Uint8Array }, object> => ({
  ...{ kind: "action", name: "Invoke" },
  authorize: (_tx, { FunctionName: resource }, { account: owner }) => ({
    ...{ action: "lambda:InvokeFunction", resource, owner, context: {} },
  }),
  async run(_ctx, { Payload }) {
    try {
      const value = await run(JSON.parse(Buffer.from(Payload).toString()) as LensEvent)
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(value ?? null)) }
    } catch (error) {
      if (error instanceof AwsError) throw error
      const errorMessage = error instanceof Error ? error.message : "?"
      return {
        ...{ StatusCode: 200, FunctionError: "Unhandled" },
        Payload: Buffer.from(JSON.stringify({ errorMessage })),
      }
    }
  },
})
