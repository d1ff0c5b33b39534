import { expect, test } from "vitest"
import { openInProcess } from "../../gateway/testing/in-process.ts"
import { errorOf, raw } from "../s3/testing/raw.ts"

const ACCOUNT = { "x-amz-account-id": "000000000000" }
const MALFORMED =
  "400 MalformedXML: The XML you provided was not well-formed or did not validate against our " +
  "published schema"

test("what a document or an address must have is asked for, by the model", async () => {
  const cloud = await openInProcess()
  const ask = async (line: string, body = "") => {
    const [method = "", path = ""] = line.split(" ")
    return errorOf(await raw(cloud, { method, path: `/v20180820/${path}`, headers: ACCOUNT, body }))
  }
  for (const [line, body] of [
    ["POST jobs", ""],
    ["POST jobs", "<CreateJobRequest/>"],
    ["POST storagelensgroup", "<CreateStorageLensGroupRequest/>"],
    ["PUT storagelens/mine", "<PutStorageLensConfigurationRequest/>"],
    // Deep inside, too.
    [
      "PUT storagelens/mine",
      "<PutStorageLensConfigurationRequest><StorageLensConfiguration><Id>mine</Id>" +
        "<IsEnabled>true</IsEnabled><AccountLevel/></StorageLensConfiguration>" +
        "</PutStorageLensConfigurationRequest>",
    ],
    ["PUT accesspoint/mine", "<CreateAccessPointRequest/>"],
    ["POST accessgrantsinstance/grant", ""],
  ] as const)
    expect([line, body, await ask(line, body)]).toEqual([line, body, MALFORMED])
  expect(await ask("GET accessgrantsinstance/dataaccess")).toBe(
    "400 InvalidRequest: Missing required parameter: Target",
  )
})
