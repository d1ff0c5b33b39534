import {
  ListCertificatesCommand,
  SearchCertificatesCommand,
  type CertificateFilterStatement,
  type ListCertificatesCommandInput,
} from "@aws-sdk/client-acm"
import { expect, test } from "vitest"
import {
  importOwn,
  issued,
  openAcm,
  refusalOf,
  request,
  selfSigned,
  type TestAcm,
} from "../testing/open-acm.ts"

/** Names of an issued, a waiting and an imported one, by the order of their making. */
async function openThree(): Promise<TestAcm> {
  const acm = await openAcm()
  await issued(acm, { DomainName: "one.example.com", Options: { Export: "ENABLED" } })
  await acm.cloud.advance("1s")
  await request(acm.client, { DomainName: "two.example.com", ValidationMethod: "EMAIL" })
  await acm.cloud.advance("1s")
  await importOwn(acm.client, await selfSigned({ startMs: acm.cloud.now().getTime() - 1_000 }))
  return acm
}

test("lists have the usual keys, filters, orders and pages", async () => {
  const { client } = await openThree()
  const list = async (input: ListCertificatesCommandInput = {}) => {
    const { CertificateSummaryList = [] } = await client.send(new ListCertificatesCommand(input))
    return CertificateSummaryList.map(({ DomainName = "" }) => DomainName.split(".")[0]).join()
  }
  expect(await list()).toBe("one,two")
  const keyTypes = ["RSA_2048", "EC_prime256v1"] as const
  const Includes = { keyTypes: [...keyTypes] }
  expect(await list({ Includes })).toBe("one,two,own")
  expect(await list({ Includes, SortBy: "CREATED_AT", SortOrder: "DESCENDING" })).toBe(
    "own,two,one",
  )
  expect(await refusalOf(list({ SortBy: "CREATED_AT" }))).toMatch(/^ValidationException: /)
  expect(await list({ Includes, CertificateStatuses: ["ISSUED"] })).toBe("one,own")
  expect(await list({ Includes: { ...Includes, keyUsage: ["KEY_ENCIPHERMENT"] } })).toBe("one")
  expect(await list({ Includes: { ...Includes, extendedKeyUsage: ["NONE"] } })).toBe("two")
  expect(await list({ Includes: { exportOption: "ENABLED" } })).toBe("one")
  const page = await client.send(new ListCertificatesCommand({ Includes, MaxItems: 2 }))
  expect(page.CertificateSummaryList).toHaveLength(2)
  const { NextToken = "" } = page
  expect(await list({ Includes, NextToken })).toBe("own")
  expect(page.CertificateSummaryList?.[1]).toMatchObject({
    ...{ Status: "PENDING_VALIDATION", Type: "AMAZON_ISSUED", KeyAlgorithm: "RSA-2048" },
    ...{ Exported: false, InUse: false, ExportOption: "DISABLED", KeyUsages: [] },
    SubjectAlternativeNameSummaries: ["two.example.com"],
    ...{ HasAdditionalSubjectAlternativeNames: false, RenewalEligibility: "INELIGIBLE" },
  })
})

test("searches combine what certificates say and what ACM knows of them", async () => {
  const { client, cloud } = await openThree()
  const search = async (FilterStatement?: CertificateFilterStatement, more: object = {}) => {
    const { Results = [] } = await client.send(
      new SearchCertificatesCommand({ ...(FilterStatement && { FilterStatement }), ...more }),
    )
    const names = Results.map(({ X509Attributes }) => X509Attributes?.Subject?.CommonName ?? "")
    return names.map((name) => name.split(".")[0]).join()
  }
  const x509 = (filter: object) => ({ Filter: { X509AttributeFilter: filter } }) as never
  const acm = (filter: object) => ({ Filter: { AcmCertificateMetadataFilter: filter } }) as never
  expect(await search()).toBe("one,two,own")
  const has = (Value: string, ComparisonOperator: string) => ({ Value, ComparisonOperator })
  const named = x509({ Subject: { CommonName: has("O", "CONTAINS") } })
  expect(await search(named, { SortBy: "COMMON_NAME", SortOrder: "DESCENDING" })).toBe(
    "two,own,one",
  )
  const alternative = { DnsName: has("b.example.com", "EQUALS") }
  expect(await search(x509({ SubjectAlternativeName: alternative }))).toBe("own")
  expect(await search(x509({ KeyAlgorithm: "RSA_2048" }))).toBe("one,two")
  expect(await search(x509({ SerialNumber: "03:e9" }))).toBe("own")
  expect(await search(x509({ NotAfter: { End: new Date(cloud.now().getTime() + 4e9) } }))).toBe(
    "own",
  )
  expect(await search(acm({ ValidationMethod: "EMAIL" }))).toBe("two")
  expect(await search(acm({ ExportOption: "ENABLED" }))).toBe("one")
  const both = { And: [acm({ Status: "ISSUED" }), { Not: acm({ Type: "IMPORTED" }) }] }
  expect(await search(both)).toBe("one")
  expect(await search({ Or: [acm({ Type: "IMPORTED" }), both] })).toBe("one,own")
})
