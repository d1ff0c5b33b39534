import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { encodeAuthorizationMessage } from "../port.ts"
import { openCloud } from "../testing/open-cloud.ts"
import { ACCOUNT, openSts, refusalOf } from "../testing/open-sts.ts"

const DETAILS = '{"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]}}'

test("a message that was encoded here is decoded, for its account", async () => {
  const { cloud, client } = await openCloud()
  await client()
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "A" }))
    .catch(Boolean)
  const encode = (account: string): Promise<string> =>
    cloud.world.write((tx) => encodeAuthorizationMessage(tx, account, DETAILS))
  const EncodedMessage = await encode(ACCOUNT)
  expect(EncodedMessage).toMatch(/^[\w-]+$/)
  expect(
    await client().send(new DecodeAuthorizationMessageCommand({ EncodedMessage })),
  ).toMatchObject({ DecodedMessage: DETAILS })
  const other = { EncodedMessage: await encode("210987654321") }
  expect(await refusalOf(client().send(new DecodeAuthorizationMessageCommand(other)))).toBe(
    "400 InvalidAuthorizationMessageException: Message is not valid",
  )
})

test.each(["A", "not a message!", "A".repeat(400)])("%s is no message", async (EncodedMessage) => {
  const { client } = await openSts()
  const command = new DecodeAuthorizationMessageCommand({ EncodedMessage })
  expect(await refusalOf(client.send(command))).toBe(
    "400 InvalidAuthorizationMessageException: Message is not valid",
  )
})
