import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { signed, request } from "../../../gateway/testing/open-cloud.ts"
import { openFront, type TestFront } from "../testing/open-front.ts"

const Bucket = "photos"

const put = ({ send }: TestFront, query: string, text: string, path = "/photos") =>
  send(signed(request({ method: "PUT", path, query, text }), { service: "s3" }))

/** Documents that lack what they must have, or have what they may not. */
const DOCUMENTS: readonly (readonly [query: string, ...texts: string[]])[] = [
  ["policy", "{", "[]", '{"Statement":[]}', '{"Statement":[1]}', '{"Statement":{"Effect":1}}'],
  [
    "acl",
    "<AccessControlPolicy/>",
    "<AccessControlPolicy><AccessControlList><Grant/></AccessControlList></AccessControlPolicy>",
  ],
  ["cors", "<CORSConfiguration/>", "<CORSConfiguration><CORSRule/></CORSConfiguration>"],
  [
    "website",
    "<WebsiteConfiguration/>",
    "<WebsiteConfiguration><IndexDocument/></WebsiteConfiguration>",
    "<WebsiteConfiguration><RedirectAllRequestsTo/></WebsiteConfiguration>",
    "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><ErrorDocument/></WebsiteConfiguration>",
    "<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule/></RoutingRules></WebsiteConfiguration>",
  ],
  [
    "encryption",
    "<ServerSideEncryptionConfiguration/>",
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>x</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
  ],
  ["tagging", "<Tagging><TagSet><Tag/></TagSet></Tagging>"],
  ["requestPayment", "<RequestPaymentConfiguration/>"],
  ["accelerate", "<AccelerateConfiguration/>"],
  ["abac", "<AbacStatus/>"],
  ["ownershipControls", "<OwnershipControls/>", "<OwnershipControls><Rule/></OwnershipControls>"],
  ["publicAccessBlock", "<PublicAccessBlockConfiguration/>"],
  [
    "metrics&id=a",
    "<MetricsConfiguration/>",
    "<MetricsConfiguration><Id>b</Id></MetricsConfiguration>",
  ],
  [
    "analytics&id=a",
    "<AnalyticsConfiguration/>",
    "<AnalyticsConfiguration><Id>a</Id></AnalyticsConfiguration>",
  ],
  [
    "intelligent-tiering&id=a",
    "<IntelligentTieringConfiguration/>",
    "<IntelligentTieringConfiguration><Id>a</Id><Status>Enabled</Status><Tiering/></IntelligentTieringConfiguration>",
  ],
]

test("documents that lack something are refused, each with a 400 of AWS's", async () => {
  const front = await openFront()
  await front.client.send(new CreateBucketCommand({ Bucket }))
  await front.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const answers: string[] = []
  for (const [query, ...texts] of DOCUMENTS)
    for (const text of ["", "<", "<Other/>", ...texts]) {
      const { status, text: answer } = await put(front, query, text)
      const code = /<Code>(\w+)<\/Code>/.exec(answer)?.[1] ?? "none"
      if (status !== 400 || code === "none") answers.push(`${query} ${text}: ${status} ${code}`)
    }
  const object = await put(front, "acl", "<AccessControlPolicy/>", "/photos/a")
  expect([answers, object.status]).toEqual([[], 400])
})

test("a configuration without its id is none that can be deleted", async () => {
  const front = await openFront()
  await front.client.send(new CreateBucketCommand({ Bucket }))
  for (const kind of ["analytics", "metrics", "inventory", "intelligent-tiering"])
    for (const query of [kind, `${kind}&id=`]) {
      const asked = request({ method: "DELETE", path: "/photos", query })
      const { status, text } = await front.send(signed(asked, { service: "s3" }))
      expect([query, status, /<Code>\w+/.exec(text)?.[0]]).toEqual([
        ...[query, 400, "<Code>InvalidArgument"],
      ])
    }
})
