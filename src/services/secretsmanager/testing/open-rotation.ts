import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type RotateSecretCommandInput,
} from "@aws-sdk/client-secrets-manager"
import type { TestCloudOptions } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import type { Cloud } from "../../../gateway/cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import type { RotationEvent } from "../rotation/functions.ts"

export const LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:rotate"

/** A rotation function in the place of Lambda's: throws, or does a step's work. */
export type RotationFunction = (event: RotationEvent, client: SecretsManagerClient) => Promise<void>

export interface TestRotation {
  readonly cloud: Cloud
  readonly client: SecretsManagerClient
  /** The steps that the function was called for. */
  readonly steps: string[]
  rotate(more?: Partial<RotateSecretCommandInput>): Promise<string | undefined>
  value(VersionStage?: string): Promise<string | undefined>
  describe(): Promise<Awaited<ReturnType<typeof describe>>>
}

const describe = (client: SecretsManagerClient) =>
  client.send(new DescribeSecretCommand({ SecretId: "db" }))

/** What AWS's template of a rotation function does, each step so that it can be done again. */
export const template: RotationFunction = async (event, client) => {
  const { SecretId, ClientRequestToken: token, Step } = event
  const { VersionIdsToStages: stages = {} } = await describe(client)
  if (stages[token]?.includes("AWSCURRENT")) return
  if (Step === "createSecret") {
    const read = new GetSecretValueCommand({ SecretId, VersionId: token })
    const there = await client.send(read).then(
      () => true,
      () => false,
    )
    const put = { SecretId, ClientRequestToken: token, SecretString: `new ${token}` }
    const VersionStages = ["AWSPENDING"]
    if (!there) await client.send(new PutSecretValueCommand({ ...put, VersionStages }))
  }
  if (Step !== "finishSecret") return
  const [current] = Object.entries(stages).find(([, own]) => own.includes("AWSCURRENT")) ?? []
  const move = { SecretId, VersionStage: "AWSCURRENT", MoveToVersionId: token }
  await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: current }))
}

export interface RotationOptions extends TestCloudOptions {
  /** A secret is there already. */
  readonly isAgain?: boolean
}

/** A cloud with a secret, and with one function in the place of Lambda. */
export async function openRotation(
  work: RotationFunction,
  { isAgain = false, ...options }: RotationOptions = {},
): Promise<TestRotation> {
  const cloud = await openCrashing(options)
  const client = new SecretsManagerClient({ ...gatewayConfig(cloud), maxAttempts: 1 })
  const steps: string[] = []
  plugInFunction(cloud, async (event) => {
    steps.push(event.Step)
    await work(event, client)
  })
  const created = { Name: "db", SecretString: "s1" }
  if (!isAgain) await client.send(new CreateSecretCommand(created))
  return {
    ...{ cloud, client, steps },
    async rotate(more) {
      const input = { SecretId: "db", RotationLambdaARN: LAMBDA, ...more }
      return (await client.send(new RotateSecretCommand(input))).VersionId
    },
    value: async (VersionStage) =>
      (await client.send(new GetSecretValueCommand({ SecretId: "db", VersionStage }))).SecretString,
    describe: () => describe(client),
  }
}

interface InvokeInput {
  readonly InvocationType?: string
  readonly Payload?: Uint8Array
}

/** Makes the cloud's catalog find a Lambda that has only this function. */
function plugInFunction(cloud: Cloud, work: (event: RotationEvent) => Promise<void>): void {
  const Invoke: ActionOperation<InvokeInput, object> = {
    ...{ kind: "action", name: "Invoke", authorize: unchecked("a function of a test") },
    async run(_ctx, { InvocationType, Payload = new Uint8Array() }) {
      if (InvocationType === "DryRun") return { StatusCode: 204 }
      try {
        await work(JSON.parse(Buffer.from(Payload).toString()) as RotationEvent)
        return { StatusCode: 200 }
      } catch (error) {
        return { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from(`${error}`) }
      }
    },
  }
  plugIn(cloud, "lambda", { Invoke })
}
