import { expect, test } from "vitest"
import { caseFiles, casesMissing, idsOf, NOT_FOR_SERVERS } from "./testing/aws-cases.ts"

/** The files that the tests of the codecs play. */
const PLAYED = [
  ...["ec2", "query", "rest-json", "rest-xml", "json", "json_1_0", "json_1_0-query-compatible"],
  ...["smithy-rpc-v2-cbor", "smithy-rpc-v2-cbor-query-compatible"],
  "smithy-rpc-v2-cbor-non-query-compatible",
].toSorted()

test.skipIf(casesMissing)("every file of AWS's protocol cases is played", () => {
  expect(caseFiles("input").toSorted()).toEqual(PLAYED)
  expect(caseFiles("output").toSorted()).toEqual(PLAYED)
})

test.skipIf(casesMissing)(
  "what cannot apply to a server is there, is input and has a reason",
  () => {
    const there = caseFiles("input").flatMap((name) => idsOf("input", name))
    const listed = Object.keys(NOT_FOR_SERVERS)
    expect(there.filter((id) => listed.includes(id)).toSorted()).toEqual(listed.toSorted())
    // One file has no cases of output; a client without query mode is answered as any other.
    expect(idsOf("output", "smithy-rpc-v2-cbor-non-query-compatible")).toEqual([])
    for (const [id, reason] of Object.entries(NOT_FOR_SERVERS)) console.info(`${id}: ${reason}`)
  },
)
