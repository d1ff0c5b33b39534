import { GetAccessKeyInfoCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ACCOUNT, openSts, refusalOf } from "../testing/open-sts.ts"

test("it tells the account of a key that was made here, and of one of AWS's", async () => {
  const { client, assume } = await openSts()
  const { AccessKeyId } = await assume()
  expect(await client.send(new GetAccessKeyInfoCommand({ AccessKeyId }))).toMatchObject({
    Account: ACCOUNT,
  })
  const command = new GetAccessKeyInfoCommand({ AccessKeyId: "ASIAY34FZKBOKMUTVV7A" })
  expect(await client.send(command)).toMatchObject({ Account: "609629065308" })
})

test.each([
  ["AKIAIOSFODNN7EXAMPLE", "does not tell its account"],
  // A role's id tells it too, but is no key.
  ["AROAY34FZKBOKMUTVV7A", "does not tell its account"],
  ["tooshort", "at 'accessKeyId' failed to satisfy constraint"],
])("%s is refused", async (AccessKeyId, message) => {
  const { client } = await openSts()
  expect(await refusalOf(client.send(new GetAccessKeyInfoCommand({ AccessKeyId })))).toMatch(
    new RegExp(`^400 ValidationError: .*${message}`),
  )
})
