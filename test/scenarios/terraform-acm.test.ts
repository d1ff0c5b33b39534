import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm"
import { ACMPCAClient, ListCertificateAuthoritiesCommand } from "@aws-sdk/client-acm-pca"
import { describe, test } from "vitest"
import { selfSigned } from "../../src/services/acm/testing/open-acm.ts"
import { hasTerraform, openScenario } from "./terraform-run.ts"

describe.skipIf(!hasTerraform)("Terraform and certificates", { timeout: 900_000 }, () => {
  test("makes a CA with its certificate, certificates of all three kinds, waits for validation, changes and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const { cloud, client, ...scenario } = await openScenario("666666666666", onTestFinished)
    const own = await selfSigned()
    const terraform = await scenario.terraform("acm", {
      imported_certificate: own.certificate.toString(),
      imported_key: own.privateKey.toString(),
    })
    const first = await terraform.apply({ stage: 1 })
    expect([first.code, first.stderr]).toEqual([0, ""])
    const { records, statuses } = await terraform.output()
    expect(statuses).toEqual(["ISSUED", "ISSUED"])
    const plan = await terraform.plan({ stage: 1 })
    expect([plan.code, plan.code === 0 ? "" : plan.stdout]).toEqual([0, ""])
    for (const record of records as readonly object[]) {
      const body = JSON.stringify(record)
      const told = await fetch(`${cloud.url}/_cloudarium/dns`, { method: "POST", body })
      expect(told.status).toBe(200)
    }
    const second = await terraform.apply({ stage: 2 })
    expect([second.code, second.stderr]).toEqual([0, ""])
    expect(await terraform.plan({ stage: 2 })).toMatchObject({ code: 0 })
    const destroyed = await terraform.destroy({ stage: 2 })
    expect([destroyed.code, destroyed.stderr]).toEqual([0, ""])
    const left = await client(ACMClient).send(new ListCertificatesCommand({}))
    expect(left.CertificateSummaryList).toEqual([])
    const gone = await client(ACMPCAClient).send(new ListCertificateAuthoritiesCommand({}))
    expect(gone.CertificateAuthorities?.map(({ Status }) => Status)).toEqual(["DELETED"])
  })
})
