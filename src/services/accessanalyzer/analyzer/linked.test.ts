import {
  AccessAnalyzerClient,
  CreateServiceLinkedAnalyzerCommand,
  DeleteAnalyzerCommand,
  DeleteServiceLinkedAnalyzerCommand,
  ListAnalyzersCommand,
} from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"

const ACCOUNT = "123456789012"
const KEEPER = "securityhubv2.amazonaws.com"

async function openLinked() {
  const cloud = await openCloud()
  await cloud.catalog.find("accessanalyzer")
  const client = new AccessAnalyzerClient(gatewayConfig(cloud, ACCOUNT))
  return {
    client,
    /** The service's own call, in the account. */
    call: (operation: string, input: object, as = KEEPER) =>
      cloud.world.context().call({
        ...{ service: "accessanalyzer", operation, input, as },
        ...{ account: ACCOUNT, region: "us-east-1" },
      }),
    async list() {
      return (await client.send(new ListAnalyzersCommand({}))).analyzers ?? []
    },
  }
}

const UNUSED = { type: "ACCOUNT_UNUSED_ACCESS" } as const

test("a service makes and deletes an analyzer of its own in an account, and nobody else", async () => {
  const { client, call, list } = await openLinked()
  await expect(client.send(new CreateServiceLinkedAnalyzerCommand(UNUSED))).rejects.toMatchObject({
    name: "AccessDeniedException",
  })
  const create = "CreateServiceLinkedAnalyzer"
  await expect(call(create, UNUSED, "s3.amazonaws.com")).rejects.toMatchObject({
    code: "AccessDeniedException",
  })
  await expect(call(create, { type: "ACCOUNT" })).rejects.toMatchObject({
    code: "ValidationException",
  })
  await call(create, UNUSED)
  const [made] = await list()
  expect(made).toMatchObject({ type: UNUSED.type, managedBy: KEEPER, status: "ACTIVE" })
  const analyzerName = made?.name
  await expect(client.send(new DeleteAnalyzerCommand({ analyzerName }))).rejects.toMatchObject({
    name: "ConflictException",
  })
  await call("DeleteServiceLinkedAnalyzer", { analyzerName })
  expect(await list()).toEqual([])
})

test("its customer may delete it, too, once its service does not need it", async () => {
  const { client, call, list } = await openLinked()
  await call("CreateServiceLinkedAnalyzer", UNUSED)
  const analyzerName = (await list())[0]?.name
  await client.send(new DeleteServiceLinkedAnalyzerCommand({ analyzerName }))
  expect(await list()).toEqual([])
})
