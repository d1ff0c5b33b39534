import { ACMClient, ListCertificatesCommand } from "@aws-sdk/client-acm"
import { ACMPCAClient, ListCertificateAuthoritiesCommand } from "@aws-sdk/client-acm-pca"
import { describe, test } from "vitest"
import { selfSigned } from "../../src/services/acm/testing/open-acm.ts"
import { removeFolder, startCloud } from "./server.ts"
import { openTerraform } from "./terraform-run.ts"
import { hasProgram, providerMirror } from "./tools.ts"

const mirror = hasProgram("terraform", ["version"]) ? providerMirror() : undefined

describe.skipIf(!mirror)("Terraform and certificates", { timeout: 900_000 }, () => {
  test("makes a CA with its certificate, certificates of all three kinds, waits for validation, changes and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const account = "666666666666"
    const cloud = await startCloud(["--ephemeral"])
    const own = await selfSigned()
    const terraform = await openTerraform("acm", {
      ...{ url: cloud.url, account, mirror: mirror ?? "" },
      constants: {
        imported_certificate: own.certificate.toString(),
        imported_key: own.privateKey.toString(),
      },
    })
    onTestFinished(async () => {
      terraform.remove()
      await cloud.stop()
      removeFolder(cloud.data)
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
    const settings = {
      ...{ endpoint: cloud.url, region: "us-east-1" },
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    }
    const left = await new ACMClient(settings).send(new ListCertificatesCommand({}))
    expect(left.CertificateSummaryList).toEqual([])
    const gone = await new ACMPCAClient(settings).send(new ListCertificateAuthoritiesCommand({}))
    expect(gone.CertificateAuthorities?.map(({ Status }) => Status)).toEqual(["DELETED"])
  })
})
