import {
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm"
import { onTestFinished } from "vitest"
import { createCloud, type InProcessCloud } from "../../../index.ts"

export const STRANGER = "111111111111"
export const NOW = Date.UTC(2026, 0, 15, 12)

export interface TestParameters {
  readonly cloud: InProcessCloud
  readonly client: SSMClient
  /** Makes or overwrites a parameter: a String unless told otherwise. */
  put(Name: string, Value: string, more?: Partial<PutParameterCommandInput>): Promise<number>
  /** Its value as it is stored. */
  value(Name: string, WithDecryption?: boolean): Promise<string | undefined>
}

export async function openParameters(): Promise<TestParameters> {
  const cloud = await createCloud({ now: NOW })
  onTestFinished(async () => {
    await cloud.close()
    if (cloud.reports.length > 0) throw new Error(cloud.reports.join("\n"))
  })
  const client = cloud.client(SSMClient)
  return {
    ...{ cloud, client },
    async put(Name, Value, more) {
      const input: PutParameterCommandInput = { Name, Value, Type: "String", ...more }
      return (await client.send(new PutParameterCommand(input))).Version ?? 0
    },
    value: async (Name, WithDecryption) =>
      (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value,
  }
}

/** The error that a call ends in, as far as AWS's contract goes. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return "no refusal"
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}
