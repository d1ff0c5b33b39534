import {
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm"
import { type InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

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
  const cloud = await openInProcess({ now: NOW })
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
